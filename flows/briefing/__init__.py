"""What the meeting opens: pages, their prints, and what lies beside them, as files ready to be published."""

from flows.briefing.documents import Documents, by_audience, documents, readers
from flows.briefing.prints import Printed, printing, prints

__all__ = ["Documents", "Printed", "by_audience", "documents", "printing", "prints", "readers"]

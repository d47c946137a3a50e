"""What the meeting opens: pages, their prints, and what lies beside them, as files ready to be published."""

from flows.briefing.documents import Documents, documents, readers
from flows.briefing.prints import Printed, prints

__all__ = ["Documents", "Printed", "documents", "prints", "readers"]

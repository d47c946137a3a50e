"""Prefect's automations: the server tells of runs that could not tell of themselves."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

BLOCK = "chian-notify"
PLACEHOLDER = "00000000-0000-0000-0000-000000000000"
# Prefect fills in {{subject}} and {{body}}; `text` is what a run's own messages call their sentence.
PAYLOAD = {"event": "failed", "text": "{{subject}}\n{{body}}"}


def automate(definitions: Path, webhook: str | None) -> None:
    """Make the server's automations of a file what the file says, with the address as their receiver; none without one.

    Needs PREFECT_API_URL. What an operator made by other names is left alone.
    """
    import yaml
    from prefect.client.orchestration import get_client
    from prefect.events.schemas.automations import AutomationCore

    described: list[dict[str, Any]] = yaml.safe_load(definitions.read_text("utf-8"))["automations"]
    with get_client(sync_client=True) as client:
        _remove({one["name"] for one in described}, client)
        if webhook is None:
            return
        receiver = _receiver(webhook)
        for one in described:
            for action in one["actions"]:
                if action.get("block_document_id") == PLACEHOLDER:
                    action["block_document_id"] = receiver
            client.create_automation(AutomationCore.model_validate(one))


def _remove(names: set[str], client: "SyncPrefectClient") -> None:
    for name in sorted(names):
        for found in client.read_automations_by_name(name):
            client.delete_automation(found.id)


def _receiver(webhook: str) -> str:
    """Id of the block that holds the address."""
    from prefect.blocks.fields import SecretDict
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    # The address may hold a secret: the block's secrets are hidden from Prefect's pages, its url is not.
    block = CustomWebhookNotificationBlock(
        name=BLOCK,
        url="{{address}}",
        secrets=SecretDict({"address": webhook}),
        json_data=PAYLOAD,
        headers=None,
        cookies=None,
    )
    return str(block.save(BLOCK, overwrite=True))

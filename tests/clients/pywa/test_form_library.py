"""Forms as things to keep: made, copied, listed, measured, moved, deprecated and deleted by pywa."""

import json

import pytest
from pywa.errors import WhatsAppError
from pywa.types.flows import FlowCategory, FlowMetricGranularity, FlowMetricName

from creatable import static
from world import PORTFOLIO, WABA

OTHER_WABA = "700000000000777"


@pytest.fixture
def form(wa, request):
    """A published form of the test's own, without an endpoint."""
    created = wa.create_flow(request.node.originalname, [FlowCategory.SURVEY], flow_json=static(), publish=True)
    assert created.success, created
    return created.id


def test_a_form_is_found_with_its_parts(form, wa, do):
    details = wa.get_flow(form)
    assert (details.status.value, details.categories, details.json_version) == ("PUBLISHED", (FlowCategory.SURVEY,), "7.2")
    assert details.whatsapp_business_account.id == WABA and details.preview.url
    assert form in {one.id for one in wa.get_flows()}
    (asset,) = wa.get_flow_assets(form)
    assert asset.name == "flow.json" and asset.type == "FLOW_JSON"
    (again,) = do(details.get_assets())
    assert again.name == asset.name


def test_what_is_wrong_with_a_form_is_named(wa):
    created = wa.create_flow("broken", [FlowCategory.OTHER], flow_json={"version": "7.2", "screens": [{"id": "A"}]})
    assert created.validation_errors[0].error_type
    assert wa.get_flow(created.id).validation_errors
    with pytest.raises(WhatsAppError):
        wa.publish_flow(created.id)


def test_a_copy_is_a_draft(form, wa):
    copy = wa.create_flow("copy", [FlowCategory.SURVEY], clone_flow_id=form)
    details = wa.get_flow(copy.id)
    assert (details.status.value, details.json_version) == ("DRAFT", "7.2")
    assert wa.update_flow_json(copy.id, json.dumps(json.loads(static().to_json()))).success
    assert wa.delete_flow(copy.id).success
    with pytest.raises(WhatsAppError):
        wa.get_flow(copy.id)


def test_a_published_form_is_deprecated_not_deleted(form, wa):
    with pytest.raises(WhatsAppError):
        wa.delete_flow(form)
    assert wa.deprecate_flow(form).success
    assert wa.get_flow(form).status.value == "DEPRECATED"


def test_numbers_about_a_form_need_enough_of_them(form, wa):
    with pytest.raises(WhatsAppError) as refused:
        wa.get_flow_metrics(form, FlowMetricName.ENDPOINT_REQUEST_COUNT, FlowMetricGranularity.DAY)
    assert refused.value.code == 139006


def test_moving_to_another_account(form, emulator, wa):
    emulator.control("PUT", "/wabas", json={"id": OTHER_WABA, "business_id": PORTFOLIO, "name": "Second"})
    name = wa.get_flow(form).name
    moved = wa.migrate_flows(WABA, [name, "no such form"], destination_waba_id=OTHER_WABA)
    (one,) = moved.migrated_flows
    assert (one.source_name, one.source_id) == (name, form)
    assert wa.get_flow(one.migrated_id).status.value == "PUBLISHED"
    assert [failed.source_name for failed in moved.failed_flows] == ["no such form"]

"""facebook-business, Meta's own SDK, with nothing changed but its base URL: the token goes in the query, bodies as forms.

It has objects for accounts and what hangs on them; a phone number and its messages are reached by its general call.
"""

from datetime import datetime

import pytest
from facebook_business.adobjects.application import Application
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.whatsappbusinessaccount import WhatsAppBusinessAccount
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from world import APP_ID, APP_SECRET, NUMBER, PORTFOLIO, TOKEN, WABA, png


@pytest.fixture(scope="module")
def api(emulator):
    before, FacebookSession.GRAPH = FacebookSession.GRAPH, emulator.url
    yield FacebookAdsApi.init(APP_ID, APP_SECRET, TOKEN, crash_log=False)
    FacebookSession.GRAPH = before


@pytest.fixture(scope="module")
def account(api):
    return WhatsAppBusinessAccount(WABA, api=api)


def text_to(customer):
    return {"messaging_product": "whatsapp", "to": customer.wa_id, "type": "text", "text": {"body": "hola"}}


def call(api, method, *path, **more):
    return api.call(method, path, **more).json()


def test_the_account_with_its_proof_of_the_app_secret(account):
    fields = ["id", "name", "currency", "timezone_id", "message_template_namespace", "owner_business_info"]
    node = account.api_get(fields=fields)
    assert (node["id"], node["currency"], node["owner_business_info"]["id"]) == (WABA, "USD", PORTFOLIO)


def test_a_wrong_proof_is_refused(emulator, account):
    with pytest.raises(FacebookRequestError) as refused:
        WhatsAppBusinessAccount(WABA, api=FacebookAdsApi(FacebookSession(APP_ID, "wrong secret", TOKEN))).api_get()
    assert refused.value.api_error_code() == 100


def test_its_numbers(account):
    (number,) = account.get_phone_numbers(fields=["id", "display_phone_number", "verified_name", "quality_rating"])
    assert (number["id"], number["verified_name"]) == (NUMBER, "Lucky Shrub")


def test_its_apps(account):
    (app,) = account.get_subscribed_apps()
    assert app["whatsapp_business_api_data"]["id"] == APP_ID
    account.delete_subscribed_apps()
    assert list(account.get_subscribed_apps()) == []
    assert account.create_subscribed_app()
    assert len(account.get_subscribed_apps()) == 1


def test_templates_are_listed_page_by_page(account):
    fields = ["name", "language", "status", "category", "components"]
    whole = [(one["name"], one["language"]) for one in account.get_message_templates(fields=fields)]
    assert ("order_update", "en_US") in whole and ("hello_world", "es") in whole
    pages = account.get_message_templates(fields=fields, params={"limit": 2})
    assert len(pages) == 2
    assert [(one["name"], one["language"]) for one in pages] == whole


def test_a_template_is_made_and_deleted(account):
    text = "Your plant {{1}} is on its way to you. Thanks!"
    body = {"type": "BODY", "text": text, "example": {"body_text": [["Monstera"]]}}
    made = account.create_message_template(
        params={"name": "plant_sent", "language": "en_US", "category": "UTILITY", "components": [body]}
    )
    found = account.get_message_templates(fields=["components"], params={"name": "plant_sent"})
    assert (found[0]["id"], found[0]["components"][0]["text"]) == (made["id"], text)
    account.delete_message_templates(params={"name": "plant_sent"})
    assert list(account.get_message_templates(params={"name": "plant_sent"})) == []


def test_forms(account):
    made = account.create_flow(params={"name": "survey", "categories": ["SURVEY"]})
    assert [(one["id"], one["name"]) for one in account.get_flows(fields=["id", "name"])] == [(made["id"], "survey")]


def test_the_portfolios_accounts(api):
    business = Business(PORTFOLIO, api=api)
    assert [one["id"] for one in business.get_owned_whats_app_business_accounts()] == [WABA]
    assert list(business.get_client_whats_app_business_accounts()) == []


def test_analytics_as_edges(account, ana, api, emulator):
    sent = call(api, "POST", NUMBER, "messages", params=text_to(ana))["messages"][0]["id"]
    ana.bubble(sent)
    now = int(datetime.fromisoformat(emulator.control("GET", "/clock")["now"]).timestamp())
    span = {"start": now - 86400, "end": now + 86400, "granularity": "DAILY"}
    (priced,) = account.get_pricing_analytics(params={**span, "dimensions": ["PRICING_CATEGORY"], "metric_types": ["VOLUME"]})
    assert sum(point["volume"] for point in priced["data_points"]) >= 1
    for ask in (account.get_conversation_analytics, account.get_call_analytics):
        assert [one["data_points"] for one in ask(params=span)] == [[]]


def test_the_callback_is_registered_with_the_apps_own_token(api, postbox, emulator):
    own = FacebookAdsApi(FacebookSession(APP_ID, APP_SECRET, f"{APP_ID}|{APP_SECRET}"))
    (subscription,) = Application(APP_ID, api=own).get_subscriptions()
    assert subscription["object"] == "whatsapp_business_account"
    assert subscription["callback_url"] == postbox.url


def test_a_number_and_its_profile(api):
    number = call(api, "GET", NUMBER, params={"fields": "display_phone_number,throughput"})
    assert number["display_phone_number"] == "+1 555-010-0001"
    asked = {"messaging_product": "whatsapp", "about": "Plants", "vertical": "RETAIL", "websites": ["https://acme.test/"]}
    assert call(api, "POST", NUMBER, "whatsapp_business_profile", params=asked) == {"success": True}
    profile = call(api, "GET", NUMBER, "whatsapp_business_profile", params={"fields": "about,vertical,websites"})["data"][0]
    assert (profile["about"], profile["vertical"], profile["websites"]) == ("Plants", "RETAIL", ["https://acme.test/"])


def test_a_message_as_a_form_whose_objects_are_json(api, ana, emulator, postbox):
    asked = text_to(ana)
    sent = call(api, "POST", NUMBER, "messages", params=asked)["messages"][0]["id"]
    assert ana.bubble(sent)["text"]["body"] == "hola"
    postbox.about(sent, status="read")
    language = {"code": "es"}
    template = {**asked, "type": "template", "template": {"name": "hello_world", "language": language}}
    sent = call(api, "POST", NUMBER, "messages", params=template)["messages"][0]["id"]
    assert ana.bubble(sent)["template"]["name"] == "hello_world"


def test_a_file_is_uploaded(api, ana, tmp_path):
    path = tmp_path / "leaf.png"
    path.write_bytes(png())
    with path.open("rb") as file:
        media = call(
            api, "POST", NUMBER, "media", params={"messaging_product": "whatsapp", "type": "image/png"},
            files={"file": ("leaf.png", file, "image/png")},
        )
    assert call(api, "GET", media["id"])["mime_type"] == "image/png"
    assert call(api, "DELETE", media["id"]) == {"success": True}


def test_a_refusal_is_metas_error(api):
    with pytest.raises(FacebookRequestError) as refused:
        call(api, "POST", NUMBER, "messages", params={"messaging_product": "whatsapp", "to": "1555", "type": "text"})
    assert refused.value.http_status() == 400 and refused.value.api_error_code() == 131008
    assert refused.value.body()["error"]["fbtrace_id"]
    with pytest.raises(FacebookRequestError) as unknown:
        WhatsAppBusinessAccount("123", api=FacebookAdsApi(FacebookSession(APP_ID, APP_SECRET, "NO-SUCH-TOKEN"))).api_get()
    assert unknown.value.api_error_code() == 190

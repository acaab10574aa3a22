"""A phone number and its settings, as pywa reads and changes them."""

from datetime import time

import pytest
from pywa.errors import BulkBlockingFailed, WhatsAppError
from pywa.types import Command, Industry, QRCodeImageType
from pywa.types.calls import CallHours, CallingSettings, CallingSettingsStatus, Monday
from pywa.types.others import Pagination, StorageConfiguration, StorageStatus, UserIdentityChangeSettings

from world import APP_ID, APP_SECRET, NUMBER, WABA, png, until


def test_the_number_can_be_looked_up(wa):
    number = wa.get_business_phone_number()
    assert (number.id, number.display_phone_number, number.verified_name) == (NUMBER, "+1 555-010-0001", "Lucky Shrub")
    assert (number.status, number.account_mode, number.throughput["level"]) == ("CONNECTED", "LIVE", "STANDARD")
    assert [one.id for one in wa.get_business_phone_numbers()] == [NUMBER]


def test_the_profile_is_read_and_changed(wa):
    assert wa.update_business_profile(
        about="Plants", address="1 Lucky Way", description="All of them", email="hi@acme.test",
        industry=Industry.RETAIL, websites=["https://acme.test/", "https://shop.acme.test/"], profile_picture=png(64),
    ).success
    profile = wa.get_business_profile()
    assert (profile.about, profile.industry, profile.email) == ("Plants", Industry.RETAIL, "hi@acme.test")
    assert profile.websites == ("https://acme.test/", "https://shop.acme.test/")
    assert profile.profile_picture_url
    assert wa.update_business_profile(description=None, websites=None).success
    assert not wa.get_business_profile().websites


def test_the_catalog_is_shown_and_hidden(wa):
    assert wa.update_commerce_settings(is_catalog_visible=True, is_cart_enabled=False).success
    settings = wa.get_commerce_settings()
    assert (settings.is_catalog_visible, settings.is_cart_enabled) == (True, False)


def test_settings_of_calls_storage_and_identity(wa):
    hours = CallHours(
        status=CallingSettingsStatus.ENABLED, timezone_id="Europe/Madrid",
        weekly_operating_hours=[Monday(open_time=time(9), close_time=time(17))], holiday_schedule=[],
    )
    assert wa.update_business_phone_number_settings(
        calling=CallingSettings(status=CallingSettingsStatus.ENABLED, call_hours=hours)
    ).success
    assert wa.update_business_phone_number_settings(
        user_identity_change=UserIdentityChangeSettings(enable_identity_key_check=True)
    ).success
    assert wa.update_business_phone_number_settings(
        storage_configuration=StorageConfiguration(status=StorageStatus.NO_STORAGE_ENABLED, retention_minutes=60)
    ).success
    settings = wa.get_business_phone_number_settings()
    assert settings.calling.status == CallingSettingsStatus.ENABLED
    assert settings.calling.call_hours.timezone_id == "Europe/Madrid"
    assert settings.user_identity_change.enable_identity_key_check
    assert settings.storage_configuration.status == StorageStatus.NO_STORAGE_ENABLED
    with pytest.raises(WhatsAppError) as refused:
        wa.update_business_phone_number_settings(
            user_identity_change=UserIdentityChangeSettings(enable_identity_key_check=False),
            storage_configuration=StorageConfiguration(status=StorageStatus.DEFAULT),
        )
    assert refused.value.code == 100, "one kind at a time"
    for one in (
        {"user_identity_change": UserIdentityChangeSettings(enable_identity_key_check=False)},
        {"storage_configuration": StorageConfiguration(status=StorageStatus.DEFAULT)},
    ):
        assert wa.update_business_phone_number_settings(**one).success


def test_commands_and_ice_breakers(wa):
    assert wa.update_conversational_automation(
        ice_breakers=["Where is my order?"], commands=[Command("hours", "When we are open")]
    ).success
    automation = wa.get_business_phone_number().conversational_automation
    assert automation.ice_breakers == ("Where is my order?",)
    assert [(one.name, one.description) for one in automation.commands] == [("hours", "When we are open")]


def test_qr_codes(wa, do):
    made = wa.create_qr_code("I have a question", QRCodeImageType.SVG)
    assert made.prefilled_message == "I have a question" and made.deep_link_url.endswith(made.code) and made.qr_image_url
    assert [one.code for one in wa.get_qr_codes()] == [made.code]
    assert wa.update_qr_code(made.code, "Another question").prefilled_message == "Another question"
    found = wa.get_qr_code(made.code, image_type="PNG")
    assert (found.prefilled_message, bool(found.qr_image_url)) == ("Another question", True)
    assert do(found.fetch_image(QRCodeImageType.SVG)).code == made.code
    assert wa.delete_qr_code(made.code).success
    assert wa.get_qr_code(made.code) is None
    assert list(wa.get_qr_codes()) == []


def test_blocking_users(ana, emulator, business, wa, do):
    message = next(one for one in business.heard["on_message"] if one.id == ana.hello)
    assert [one.wa_id for one in wa.block_users([ana.wa_id]).added_users] == [ana.wa_id]
    # Only people who wrote within a day can be blocked.
    beto = emulator.customer("Beto Ruiz")
    with pytest.raises(BulkBlockingFailed) as refused:
        wa.block_users([beto.wa_id])
    (failed,) = refused.value.raw_response.json()["block_users"]["failed_users"]
    assert (failed["input"], failed["errors"][0]["code"]) == (beto.wa_id, 131047)
    blocked = do(business.wa.api.get_blocked_users(NUMBER, {"limit": 10}))["data"]
    assert [one["wa_id"] for one in blocked] == [ana.wa_id]
    # pywa 4.5 reads this list by a member that Meta's answer doesn't have, neither on Meta's pages nor in pywa's own.
    with pytest.raises(KeyError, match="input"):
        wa.get_blocked_users(pagination=Pagination(limit=10))
    assert [one.wa_id for one in wa.unblock_users([ana.wa_id]).removed_users] == [ana.wa_id]
    assert do(message.from_user.block()) and do(message.from_user.unblock())
    assert len(wa.get_blocked_users()) == 0


def test_usernames(wa, emulator):
    suggested = wa.get_reserved_usernames()
    assert suggested and all(isinstance(one, str) for one in suggested)
    assert wa.set_username("lucky_shrub_shop").username == "lucky_shrub_shop"
    emulator.control("POST", f"/phone-numbers/{NUMBER}/review", json={"of": "username", "decision": "APPROVED"})
    current = wa.get_current_username()
    assert (current.username, current.status.value) == ("lucky_shrub_shop", "approved")
    assert wa.delete_username().success


def test_a_new_name_is_reviewed(wa, emulator):
    assert wa.update_display_name("Lucky Shrub Plants").success
    assert wa.get_business_phone_number().new_name_status == "PENDING_REVIEW"
    emulator.control("POST", f"/phone-numbers/{NUMBER}/review", json={"of": "name", "decision": "APPROVED"})
    assert wa.get_business_phone_number().new_name_status == "APPROVED"


def test_a_new_number_is_added_verified_and_registered(business, wa, do, emulator):
    # pywa 4.5 writes `country_code` where all of Meta's pages have `cc`, so that nothing but a refusal can come of it.
    with pytest.raises(WhatsAppError) as refused:
        wa.create_phone_number(country_calling_code="1", phone_number="5550100777", verified_name="Second Shrub")
    assert refused.value.details.startswith("cc:")
    asked = {"cc": "1", "phone_number": "5550100777", "verified_name": "Second Shrub"}
    number = do(business.wa.api.send_raw_request("POST", f"/{WABA}/phone_numbers", json=asked))["id"]
    assert wa.request_verification_code(code_method="SMS", language_code="en_US", phone_id=number).success
    code = emulator.control("GET", f"/phone-numbers/{number}")["verification_code"]
    with pytest.raises(WhatsAppError):
        wa.verify_phone_number("000000" if code != "000000" else "111111", phone_id=number)
    assert wa.verify_phone_number(code, phone_id=number).success
    assert wa.register_phone_number("123456", phone_id=number).success
    assert wa.get_business_phone_number(phone_id=number).is_pin_enabled
    assert wa.deregister_phone_number(phone_id=number).success
    assert emulator.control("GET", f"/phone-numbers/{number}")["registered"] is False
    pages = wa.get_business_phone_numbers(pagination=Pagination(limit=1))
    assert len(pages) == 1 and pages.has_next


def test_the_app_gets_a_token(wa):
    assert wa.get_app_access_token(int(APP_ID), APP_SECRET) == f"{APP_ID}|{APP_SECRET}"


def test_callbacks_at_every_level(ana, business, wa, emulator):
    """The number's goes before the WABA's, and that before the app's. All three are pywa's own server here."""

    def told(wamid):
        return until("a delivery", lambda: next(iter(emulator.control("GET", f"/webhooks?wamid={wamid}")["data"]), None))

    token = wa.get_app_access_token(int(APP_ID), APP_SECRET)
    verify, hook = "pywa-asks-for-this", f"{business.url}/webhook"
    assert told(ana.say("app"))["url"] == hook
    assert wa.override_waba_callback_url(f"{hook}?waba", verify).success
    assert told(ana.say("waba"))["url"] == f"{hook}?waba"
    assert wa.override_phone_callback_url(f"{hook}?phone", verify).success
    assert told(ana.say("phone"))["url"] == f"{hook}?phone"
    assert wa.get_business_phone_number().webhook_configuration["phone_number"] == f"{hook}?phone"
    assert wa.delete_phone_callback_url().success and wa.delete_waba_callback_url().success
    assert told(ana.say("again"))["url"] == hook
    assert wa.set_app_callback_url(int(APP_ID), token, hook, verify, ["messages"]).success


def test_a_wrong_verify_token_is_refused(business, wa):
    with pytest.raises(WhatsAppError) as refused:
        wa.override_waba_callback_url(f"{business.url}/webhook", "wrong")
    assert refused.value.code == 2200


def test_the_account(wa):
    account = wa.get_business_account()
    assert (account.id, account.currency, bool(account.message_template_namespace)) == (WABA, "USD", True)
    assert [one.id for one in wa.get_owned_business_accounts()] == [WABA]
    assert list(wa.get_shared_business_accounts()) == []
    wa.update_business_account_settings(disable_marketing_messages_on_cloud_api=True)
    assert wa.get_business_account().disable_marketing_messages_on_cloud_api
    wa.update_business_account_settings(disable_marketing_messages_on_cloud_api=False)


def test_signup_links(wa):
    made = wa.create_signup(
        "Get our offers", "You are in", "https://acme.test/privacy", website_url="https://acme.test", promo_code="PLANT10",
        display_name="Spring", accept_policy=True,
    )
    assert made.get_deeplink("15550100001").endswith(f"/signup/{made.id}")
    assert [one.id for one in wa.get_signups()] == [made.id]
    assert wa.update_signup(made.id, message="Get our best offers").success
    details = wa.get_signup(made.id)
    assert (details.message, details.promo_code, details.status.value) == ("Get our best offers", "PLANT10", "ACTIVE")


def test_the_token_is_changed(business, wa):
    business.wa.token = "NO-SUCH-TOKEN"
    with pytest.raises(WhatsAppError) as refused:
        wa.get_business_account()
    assert (refused.value.code, refused.value.status_code) == (190, 401)
    business.wa.token = "EMULATOR-TOKEN"
    assert wa.get_business_account().id == WABA

"""A template and a form of every kind that pywa can create."""

from pywa.types import templates as t
from pywa.types.flows import (
    CompleteAction,
    DataExchangeAction,
    DataSource,
    DatePicker,
    Dropdown,
    FlowActionType,
    FlowJSON,
    Footer,
    Form,
    Layout,
    NavigateAction,
    Next,
    NextType,
    OptIn,
    RadioButtonsGroup,
    Screen,
    ScreenData,
    TextBody,
    TextHeading,
    TextInput,
)

ENGLISH = t.TemplateLanguage.ENGLISH_US


def template(category, *components, **more):
    return t.Template(name="any", language=ENGLISH, category=category, components=list(components), **more)


UTILITY, MARKETING, AUTHENTICATION = (getattr(t.TemplateCategory, c) for c in ("UTILITY", "MARKETING", "AUTHENTICATION"))


def otp(button):
    return template(
        AUTHENTICATION,
        t.AuthenticationBody(add_security_recommendation=True),
        t.AuthenticationFooter(code_expiration_minutes=5),
        t.Buttons(buttons=[button]),
        message_send_ttl_seconds=60,
    )


def apps():
    return [t.OTPSupportedApp(package_name="com.acme.app", signature_hash="K8a/AINcGX7")]


def carousel():
    def one():
        buttons = [t.QuickReplyButton(text="More"), t.URLButton(text="Buy", url="https://acme.test/{{1}}", example="1")]
        return t.CarouselCard(components=[t.HeaderImage("4::aW"), t.BodyText("A card with words"), t.Buttons(buttons=buttons)])

    return t.Carousel(cards=[one(), one()])


TEMPLATES = {
    "positional": template(UTILITY, t.BodyText("Hi {{1}}, your order {{2}} is on its way to you. Thanks!", "Ana", "42")),
    "named": template(
        UTILITY,
        t.HeaderText("Order {{order_id}}", order_id="335628"),
        t.BodyText("Hi {{name}}, your order is on its way. Thanks!", name="Ana"),
        t.FooterText(text="Acme"),
        parameter_format=t.ParamFormat.NAMED,
        message_send_ttl_seconds=43200,
    ),
    "every common button": template(
        MARKETING,
        t.HeaderImage("4::aW"),
        t.BodyText("Our spring offers are here for you."),
        t.Buttons(
            buttons=[
                t.QuickReplyButton(text="Stop"),
                t.URLButton(text="Shop", url="https://acme.test/{{1}}", example="abc"),
                t.PhoneNumberButton(text="Call", phone_number="+15550051310"),
                t.CopyCodeButton(example="25OFF"),
            ]
        ),
    ),
    "location": template(UTILITY, t.HeaderLocation(), t.BodyText("Your order waits here.")),
    "form": template(
        UTILITY,
        t.BodyText("Please book a time."),
        t.Buttons(
            buttons=[
                t.FlowButton(text="Book", flow_id="123", flow_action=FlowActionType.NAVIGATE, navigate_screen="FIRST")
            ]
        ),
    ),
    "catalog": template(MARKETING, t.BodyText("See our catalog."), t.Buttons(buttons=[t.CatalogButton(text="View catalog")])),
    "several products": template(
        MARKETING, t.HeaderText("New"), t.BodyText("See these."), t.Buttons(buttons=[t.MPMButton(text="View items")])
    ),
    "one product": template(
        MARKETING, t.HeaderProduct(), t.BodyText("See this."), t.Buttons(buttons=[t.SPMButton(text="View")])
    ),
    "voice call": template(MARKETING, t.BodyText("Call us."), t.Buttons(buttons=[t.VoiceCallButton(text="Call us")])),
    "call permission": template(MARKETING, t.BodyText("May we call you?"), t.CallPermissionRequestButton()),
    "limited-time offer": template(
        MARKETING,
        t.HeaderImage("4::aW"),
        t.LimitedTimeOffer(text="Expiring!", has_expiration=True),
        t.BodyText("Good news: a discount for you."),
        t.Buttons(
            buttons=[t.CopyCodeButton(example="25OFF"), t.URLButton(text="Shop", url="https://acme.test/{{1}}", example="1")]
        ),
    ),
    "carousel": template(MARKETING, t.BodyText("Rare succulents for {{1}} and friends!", "Ana"), carousel()),
    "copied password": otp(t.CopyCodeOTPButton(text="Copy code")),
    "one-tap password": otp(t.OneTapOTPButton(text="Copy code", autofill_text="Autofill", supported_apps=apps())),
    "zero-tap password": otp(
        t.ZeroTapOTPButton(text="Copy code", autofill_text="Autofill", zero_tap_terms_accepted=True, supported_apps=apps())
    ),
    "from the library": t.LibraryTemplate(
        name="any",
        library_template_name="delivery_update_1",
        category=UTILITY,
        language=ENGLISH,
        library_template_button_inputs=[t.URLButton._LibraryInput(base_url="https://acme.test/{{1}}", url_suffix_example="1")],
    ),
}


def booking():
    return FlowJSON(
        version="7.2",
        data_api_version="3.0",
        routing_model={"FIRST": ["LAST"], "LAST": []},
        screens=[
            Screen(
                id="FIRST",
                title="Book",
                data=[ScreenData(key="slots", example=[DataSource(id="1", title="9:00")])],
                layout=Layout(
                    children=[
                        Form(
                            name="form",
                            children=[
                                TextHeading(text="When?"),
                                TextInput(name="who", label="Name", required=True, min_chars=2, max_chars=40),
                                DatePicker(name="day", label="Day"),
                                Dropdown(name="slot", label="Slot", data_source="${data.slots}"),
                                RadioButtonsGroup(name="how", label="How", data_source=[DataSource(id="a", title="A")]),
                                OptIn(name="news", label="Send me news"),
                                Footer(
                                    label="Next",
                                    on_click_action=DataExchangeAction(payload={"slot": "${form.slot}", "day": "${form.day}"}),
                                ),
                            ],
                        )
                    ]
                ),
            ),
            Screen(
                id="LAST",
                title="Done",
                terminal=True,
                layout=Layout(
                    children=[
                        TextBody(text="Thanks"),
                        Footer(label="Close", on_click_action=CompleteAction(payload={"day": "${screen.FIRST.form.day}"})),
                    ]
                ),
            ),
        ],
    )


def static():
    return FlowJSON(
        version="7.2",
        screens=[
            Screen(
                id="ASK",
                title="Ask",
                layout=Layout(
                    children=[
                        TextInput(name="word", label="Word"),
                        Footer(
                            label="Next",
                            on_click_action=NavigateAction(
                                next=Next(name="SAID", type=NextType.SCREEN), payload={"word": "${form.word}"}
                            ),
                        ),
                    ]
                ),
            ),
            Screen(
                id="SAID",
                title="Said",
                terminal=True,
                data=[ScreenData(key="word", example="hola")],
                layout=Layout(
                    children=[
                        TextBody(text="${data.word}"),
                        Footer(label="Close", on_click_action=CompleteAction(payload={"word": "${data.word}"})),
                    ]
                ),
            ),
        ],
    )

//! Templates built part by part. Parts may be given in any order, and stand where Meta wants them; giving a part again
//! replaces it, except buttons, which are added.

use serde_json::Map;

use super::button::{Button, Labelled};
use super::component::{
    Body, Buttons, CallPermissionRequest, Card, Carousel, Component, Example, Footer, Header,
    LimitedTimeOffer, NamedExample, Offer,
};
use super::definition::{Definition, LibraryBodyInputs, LibraryButtonInput};
use super::words::{Category, HeaderFormat, ParameterFormat};

impl Definition {
    /// A template without parts.
    pub fn new(name: impl Into<String>, language: impl Into<String>, category: Category) -> Self {
        Self {
            name: name.into(),
            language: language.into(),
            category,
            sub_category: None,
            parameter_format: None,
            message_send_ttl_seconds: None,
            cta_url_link_tracking_opted_out: None,
            degrees_of_freedom_spec: None,
            optimization_spec: None,
            components: Vec::new(),
            library_template_name: None,
            library_template_body_inputs: None,
            library_template_button_inputs: None,
            extra: Map::new(),
        }
    }

    /// A utility template: about something the customer asked for or did, without promotion.
    pub fn utility(name: impl Into<String>, language: impl Into<String>) -> Self {
        Self::new(name, language, Category::Utility)
    }

    /// A marketing template.
    pub fn marketing(name: impl Into<String>, language: impl Into<String>) -> Self {
        Self::new(name, language, Category::Marketing)
    }

    /// An authentication template: Meta's own words, and a button that hands over the code. Only
    /// [`security_recommendation`](Self::security_recommendation), [`code_expires_in`](Self::code_expires_in) and
    /// [`ttl`](Self::ttl) go with it.
    ///
    /// ```
    /// use cloud_api::template::{Button, Definition, SupportedApp};
    ///
    /// let app = SupportedApp::new("com.acme.app", "K8a/AINcGX7");
    /// let template = Definition::authentication("login_code", "en_US", Button::otp_one_tap([app]))
    ///     .security_recommendation()
    ///     .code_expires_in(5)
    ///     .ttl(60);
    /// assert_eq!(template.validate(), Ok(()));
    /// ```
    pub fn authentication(name: impl Into<String>, language: impl Into<String>, button: Button) -> Self {
        Self::new(name, language, Category::Authentication)
            .with(Component::Body(Body::default()))
            .button(button)
    }

    /// A template of Meta's library, approved at once.
    #[must_use]
    pub fn from_library(
        mut self,
        library_template_name: impl Into<String>,
        body: Option<LibraryBodyInputs>,
        buttons: Vec<LibraryButtonInput>,
    ) -> Self {
        self.library_template_name = Some(library_template_name.into());
        self.library_template_body_inputs = body;
        self.library_template_button_inputs = (!buttons.is_empty()).then_some(buttons);
        self
    }

    /// Words with variables `{{1}}`, `{{2}}`, … and an example for each. Every variable needs words before, between
    /// and after, and there must be at least twice as many words and one more.
    #[must_use]
    pub fn body<T: Into<String>>(
        self,
        text: impl Into<String>,
        examples: impl IntoIterator<Item = T>,
    ) -> Self {
        let examples: Vec<String> = examples.into_iter().map(Into::into).collect();
        let example = Example { body_text: Some(vec![examples]), ..Example::default() };
        self.with(Component::Body(Body { example: Some(example), ..Body::text(text) }))
    }

    /// Words without variables.
    #[must_use]
    pub fn body_text(self, text: impl Into<String>) -> Self {
        self.with(Component::Body(Body::text(text)))
    }

    /// Words with variables that have names, and an example for each name.
    ///
    /// ```
    /// use cloud_api::template::Definition;
    ///
    /// let template = Definition::utility("visit", "en")
    ///     .body_named("Hello {{name}}, we see you at {{time}} tomorrow.", [("name", "Ana"), ("time", "10:30")]);
    /// assert_eq!(template.validate(), Ok(()));
    /// ```
    #[must_use]
    pub fn body_named<N: Into<String>, T: Into<String>>(
        mut self,
        text: impl Into<String>,
        examples: impl IntoIterator<Item = (N, T)>,
    ) -> Self {
        self.parameter_format = Some(ParameterFormat::Named);
        let examples = examples.into_iter().map(|(name, example)| NamedExample::new(name, example));
        let example = Example { body_text_named_params: Some(examples.collect()), ..Example::default() };
        self.with(Component::Body(Body { example: Some(example), ..Body::text(text) }))
    }

    /// A text above the body, without variable.
    #[must_use]
    pub fn header_text(self, text: impl Into<String>) -> Self {
        self.header(Header::text(text))
    }

    /// A text above the body with the variable `{{1}}`.
    #[must_use]
    pub fn header_text_with(self, text: impl Into<String>, example: impl Into<String>) -> Self {
        let example = Example { header_text: Some(vec![example.into()]), ..Example::default() };
        self.header(Header { example: Some(example), ..Header::text(text) })
    }

    /// A text above the body with a variable that has a name.
    #[must_use]
    pub fn header_text_named(
        mut self,
        text: impl Into<String>,
        name: impl Into<String>,
        example: impl Into<String>,
    ) -> Self {
        self.parameter_format = Some(ParameterFormat::Named);
        let named = Some(vec![NamedExample::new(name, example)]);
        let example = Example { header_text_named_params: named, ..Example::default() };
        self.header(Header { example: Some(example), ..Header::text(text) })
    }

    /// A picture above the body, by the handle of a sample.
    #[must_use]
    pub fn header_image(self, handle: impl Into<String>) -> Self {
        self.header(Header::media(HeaderFormat::Image, handle))
    }

    /// A video above the body, by the handle of a sample.
    #[must_use]
    pub fn header_video(self, handle: impl Into<String>) -> Self {
        self.header(Header::media(HeaderFormat::Video, handle))
    }

    /// A file above the body, by the handle of a sample.
    #[must_use]
    pub fn header_document(self, handle: impl Into<String>) -> Self {
        self.header(Header::media(HeaderFormat::Document, handle))
    }

    /// A place above the body, given when sending.
    #[must_use]
    pub fn header_location(self) -> Self {
        self.header(Header::of(HeaderFormat::Location))
    }

    /// Any header.
    #[must_use]
    pub fn header(self, header: Header) -> Self {
        self.with(Component::Header(header))
    }

    /// Small words under the body, without variables.
    #[must_use]
    pub fn footer(self, text: impl Into<String>) -> Self {
        self.with(Component::Footer(Footer { text: Some(text.into()), ..Footer::default() }))
    }

    /// One more button.
    #[must_use]
    pub fn button(mut self, button: Button) -> Self {
        let present = self.components.iter_mut().find_map(|component| match component {
            Component::Buttons(buttons) => Some(buttons),
            _ => None,
        });
        if let Some(buttons) = present {
            buttons.buttons.push(button);
            return self;
        }
        self.with(Component::Buttons(Buttons { buttons: vec![button], extra: Map::new() }))
    }

    /// One more button that sends its text back.
    #[must_use]
    pub fn quick_reply(self, text: impl Into<String>) -> Self {
        self.button(Button::QuickReply(Labelled::new(text)))
    }

    /// One more button that opens always the same page.
    #[must_use]
    pub fn url_button(self, text: impl Into<String>, url: impl Into<String>) -> Self {
        self.button(Button::url(text, url))
    }

    /// One more button that calls a phone number.
    #[must_use]
    pub fn phone_button(self, text: impl Into<String>, phone_number: impl Into<String>) -> Self {
        self.button(Button::phone(text, phone_number))
    }

    /// Cards side by side.
    #[must_use]
    pub fn carousel(self, cards: impl IntoIterator<Item = Card>) -> Self {
        self.with(Component::Carousel(Carousel { cards: cards.into_iter().collect(), extra: Map::new() }))
    }

    /// An offer, with a countdown or without.
    #[must_use]
    pub fn limited_time_offer(self, text: impl Into<String>, has_expiration: bool) -> Self {
        let offer = Offer { text: text.into(), has_expiration: Some(has_expiration), extra: Map::new() };
        self.with(Component::LimitedTimeOffer(LimitedTimeOffer {
            limited_time_offer: offer,
            extra: Map::new(),
        }))
    }

    /// Asks whether the business may call.
    #[must_use]
    pub fn call_permission_request(self) -> Self {
        self.with(Component::CallPermissionRequest(CallPermissionRequest::default()))
    }

    /// Authentication: adds "For your security, do not share this code."
    #[must_use]
    pub fn security_recommendation(self) -> Self {
        let add_security_recommendation = Some(true);
        self.with(Component::Body(Body { add_security_recommendation, ..Body::default() }))
    }

    /// Authentication: says that the code expires in so many minutes, 1 to 90.
    #[must_use]
    pub fn code_expires_in(self, minutes: u64) -> Self {
        let code_expiration_minutes = Some(minutes);
        self.with(Component::Footer(Footer { code_expiration_minutes, ..Footer::default() }))
    }

    /// How long Meta tries to deliver, in seconds. See [`limits`](super::limits).
    #[must_use]
    pub fn ttl(mut self, seconds: i64) -> Self {
        self.message_send_ttl_seconds = Some(seconds);
        self
    }

    /// Puts a part where Meta wants it, in place of one of the same kind.
    #[must_use]
    pub fn with(mut self, component: Component) -> Self {
        let rank = rank(&component);
        self.components.retain(|other| matches!(other, Component::Other(_)) || self::rank(other) != rank);
        let at = self.components.iter().position(|other| self::rank(other) > rank);
        self.components.insert(at.unwrap_or(self.components.len()), component);
        self
    }
}

impl Card {
    /// A card with a picture.
    ///
    /// ```
    /// use cloud_api::template::{Button, Card, Definition};
    ///
    /// let card = |text| Card::image("4::aW1hZ2U=").body_text(text).button(Button::quick_reply("More"));
    /// let template = Definition::marketing("summer", "en_US")
    ///     .body_text("Our summer offers are here.")
    ///     .carousel([card("Blue lemons"), card("Red lemons")]);
    /// assert_eq!(template.validate(), Ok(()));
    /// ```
    pub fn image(handle: impl Into<String>) -> Self {
        Self::of(Header::media(HeaderFormat::Image, handle))
    }

    /// A card with a video.
    pub fn video(handle: impl Into<String>) -> Self {
        Self::of(Header::media(HeaderFormat::Video, handle))
    }

    /// A card with a product, given when sending.
    pub fn product() -> Self {
        Self::of(Header::of(HeaderFormat::Product))
    }

    fn of(header: Header) -> Self {
        Self { components: vec![Component::Header(header)], extra: Map::new() }
    }

    /// Words without variables.
    #[must_use]
    pub fn body_text(self, text: impl Into<String>) -> Self {
        self.edited(|card| card.body_text(text))
    }

    /// Words with variables `{{1}}`, `{{2}}`, … and an example for each.
    #[must_use]
    pub fn body<T: Into<String>>(
        self,
        text: impl Into<String>,
        examples: impl IntoIterator<Item = T>,
    ) -> Self {
        self.edited(|card| card.body(text, examples))
    }

    /// One more button.
    #[must_use]
    pub fn button(self, button: Button) -> Self {
        self.edited(|card| card.button(button))
    }

    /// A card is put together as a template is.
    fn edited(mut self, edit: impl FnOnce(Definition) -> Definition) -> Self {
        let mut parts = Definition::marketing("", "");
        parts.components = std::mem::take(&mut self.components);
        self.components = edit(parts).components;
        self
    }
}

fn rank(component: &Component) -> u8 {
    match component {
        Component::Header(_) => 0,
        Component::LimitedTimeOffer(_) => 1,
        Component::Body(_) => 2,
        Component::Footer(_) => 3,
        Component::Buttons(_) => 4,
        Component::Carousel(_) => 5,
        Component::CallPermissionRequest(_) => 6,
        Component::Other(_) => 7,
    }
}

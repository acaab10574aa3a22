//! The world at the beginning, as published in [`crate::SeedWorld`].

use std::collections::BTreeMap;

use cloud_api::template::Category;
use serde_json::{Value, json};

use super::World;
use super::account::{App, Business, Number, SubscribedApp, Token, TokenKind, Waba, WabaSettings};
use super::number::NumberFacts;
use super::policy::Tier;
use super::standing::WabaFacts;
use super::template::Template;
use crate::config::{Config, SeedWorld};
use crate::phone;

const SCOPES: [&str; 4] = [
    "whatsapp_business_management",
    "whatsapp_business_messaging",
    "business_management",
    "whatsapp_business_manage_events",
];

pub(super) fn fill(world: &mut World, config: &Config) {
    let seed = &config.seed_world;
    let app = App {
        id: seed.app_id.clone(),
        name: "Emulated app".to_owned(),
        secret: seed.app_secret.clone(),
        subscriptions: BTreeMap::new(),
    };
    world.apps.insert(app.id.clone(), app);
    let system_user = Token {
        app_id: seed.app_id.clone(),
        kind: TokenKind::SystemUser,
        scopes: all_scopes(),
        wabas: vec![seed.waba_id.clone()],
        businesses: vec![seed.business_id.clone()],
        issued_at: world.now,
        expires_at: None,
        revoked: None,
        client_business_id: None,
        clients: Vec::new(),
    };
    world.tokens.insert(seed.access_token.clone(), system_user);
    world.add_app_token(&seed.app_id, &seed.app_secret);
    let business = Business::new(&seed.business_id, &seed.verified_name, Tier::Unlimited);
    world.businesses.insert(business.id.clone(), business);
    world.wabas.insert(seed.waba_id.clone(), waba(seed));
    world.numbers.insert(seed.phone_number_id.clone(), number(config));
    for template in templates(&seed.waba_id) {
        world.templates.insert(template.id.clone(), template);
    }
}

pub(crate) fn all_scopes() -> Vec<String> {
    SCOPES.iter().map(|scope| (*scope).to_owned()).collect()
}

impl World {
    /// The token of an app itself, `id|secret`.
    pub(crate) fn add_app_token(&mut self, app_id: &str, secret: &str) {
        let token = Token {
            app_id: app_id.to_owned(),
            kind: TokenKind::App,
            scopes: all_scopes(),
            wabas: Vec::new(),
            businesses: Vec::new(),
            issued_at: self.now,
            expires_at: None,
            revoked: None,
            client_business_id: None,
            clients: Vec::new(),
        };
        self.tokens.insert(format!("{app_id}|{secret}"), token);
    }
}

fn waba(seed: &SeedWorld) -> Waba {
    Waba {
        id: seed.waba_id.clone(),
        name: seed.verified_name.clone(),
        business_id: seed.business_id.clone(),
        namespace: "ba30dd89_2ebd_41e4_b805_f2c05ae04cc9".to_owned(),
        subscribed_apps: vec![SubscribedApp { app_id: seed.app_id.clone(), override_callback_uri: None }],
        settings: WabaSettings::default(),
        facts: WabaFacts::default(),
    }
}

fn number(config: &Config) -> Number {
    let seed = &config.seed_world;
    Number {
        id: seed.phone_number_id.clone(),
        waba_id: seed.waba_id.clone(),
        display_phone_number: seed.display_phone_number.clone(),
        wa_id: phone::digits(&seed.display_phone_number).unwrap_or_default(),
        verified_name: seed.verified_name.clone(),
        registered: true,
        pin: None,
        profile: json!({
            "about": "Succulents, delivered.", "address": "1 Hacker Way, Menlo Park", "vertical": "RETAIL",
            "description": "Plants that forgive.", "email": "hello@luckyshrub.test",
            "websites": ["https://luckyshrub.test/"], "messaging_product": "whatsapp",
        }),
        throughput_mps: config.throughput_mps,
        throughput: super::limits::Throughput::default(),
        service_month: (String::new(), 0),
        override_callback_uri: None,
        facts: NumberFacts::default(),
    }
}

fn templates(waba_id: &str) -> Vec<Template> {
    let mut number = 0;
    let mut template = |name: &str, language: &str, category: &str, components: Value| {
        number += 1;
        let Value::Array(components) = components else {
            unreachable!("components are written as arrays below")
        };
        let id = format!("5000000000000{number:02}");
        let category = Category::from(category);
        Template { category, components, ..Template::new(id, waba_id, name, language) }
    };
    vec![
        template(
            "hello_world",
            "en_US",
            "UTILITY",
            hello(
                "Hello World",
                "Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message notification.",
                "WhatsApp Business Platform sample message",
            ),
        ),
        template(
            "hello_world",
            "es",
            "UTILITY",
            hello(
                "Hola, mundo",
                "¡Te damos la bienvenida! Este mensaje demuestra que puedes enviar una notificación por WhatsApp.",
                "Mensaje de muestra de WhatsApp Business Platform",
            ),
        ),
        template(
            "order_update",
            "en_US",
            "UTILITY",
            order(
                "Hi {{1}}, your order {{2}} is on its way. We will tell you when it arrives.",
                ["Ana", "A-1042"],
                "Track order",
            ),
        ),
        template(
            "order_update",
            "es",
            "UTILITY",
            order(
                "Hola {{1}}, tu pedido {{2}} va de camino. Te avisaremos cuando llegue.",
                ["Ana", "A-1042"],
                "Seguir pedido",
            ),
        ),
        template(
            "welcome_back",
            "en_US",
            "MARKETING",
            welcome(
                "We missed you",
                "Hi {{1}}, the new succulents are here. Come and see them before they are gone.",
                "Stop promotions",
            ),
        ),
        template(
            "welcome_back",
            "es",
            "MARKETING",
            welcome(
                "Te echamos de menos",
                "Hola {{1}}, ya están aquí las nuevas suculentas. Ven a verlas antes de que se agoten.",
                "Detener promociones",
            ),
        ),
    ]
}

fn hello(header: &str, body: &str, footer: &str) -> Value {
    json!([
        { "type": "HEADER", "format": "TEXT", "text": header },
        { "type": "BODY", "text": body },
        { "type": "FOOTER", "text": footer },
    ])
}

fn order(body: &str, example: [&str; 2], button: &str) -> Value {
    json!([
        { "type": "BODY", "text": body, "example": { "body_text": [example] } },
        { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": button }] },
    ])
}

fn welcome(header: &str, body: &str, button: &str) -> Value {
    json!([
        { "type": "HEADER", "format": "TEXT", "text": header },
        { "type": "BODY", "text": body, "example": { "body_text": [["Ana"]] } },
        { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": button }] },
    ])
}

//! A small template library of our own: texts that are approved before anybody asks.

use serde_json::{Value, json};

use crate::graph::error::GraphError;

/// One template of the library.
pub(crate) struct Entry {
    pub id: &'static str,
    pub name: &'static str,
    pub language: &'static str,
    pub topic: &'static str,
    pub usecase: &'static str,
    pub industry: &'static [&'static str],
    pub header: Option<&'static str>,
    pub body: &'static str,
    pub params: &'static [&'static str],
    /// TEXT, AMOUNT, DATE, PHONE_NUMBER, EMAIL, NUMBER or ADDRESS, checked when it is sent.
    pub types: &'static [&'static str],
    /// Type and label of each button.
    pub buttons: &'static [(&'static str, &'static str)],
}

impl Entry {
    /// The node of `message_template_library`.
    pub(crate) fn to_json(&self) -> Value {
        let button = |(kind, text): &(&str, &str)| match *kind {
            "URL" => json!({ "type": kind, "text": text, "url": "https://www.example.com/{{1}}" }),
            "PHONE_NUMBER" => json!({ "type": kind, "text": text, "phone_number": "+15550100000" }),
            _ => json!({ "type": kind, "text": text }),
        };
        let mut node = json!({
            "id": self.id, "name": self.name, "language": self.language, "category": "UTILITY",
            "topic": self.topic, "usecase": self.usecase, "industry": self.industry, "body": self.body,
            "body_params": self.params, "body_param_types": self.types,
        });
        if let Some(header) = self.header {
            node["header"] = Value::from(header);
        }
        if !self.buttons.is_empty() {
            node["buttons"] = self.buttons.iter().map(button).collect();
        }
        node
    }

    /// Its components, completed with what the library leaves open.
    ///
    /// # Errors
    /// A button that was given nothing.
    pub(crate) fn components(&self, inputs: &Value) -> Result<Vec<Value>, GraphError> {
        let mut parts = Vec::new();
        if let Some(header) = self.header {
            parts.push(json!({ "type": "HEADER", "format": "TEXT", "text": header }));
        }
        parts.push(json!({ "type": "BODY", "text": self.body, "example": { "body_text": [self.params] } }));
        let buttons: Vec<Value> = self
            .buttons
            .iter()
            .enumerate()
            .map(|(index, (kind, text))| button(kind, text, &inputs[index]))
            .collect::<Result<_, _>>()?;
        if !buttons.is_empty() {
            parts.push(json!({ "type": "BUTTONS", "buttons": buttons }));
        }
        Ok(parts)
    }
}

fn button(kind: &str, text: &str, input: &Value) -> Result<Value, GraphError> {
    let missing = |what: &str| {
        GraphError::new(400, 100, "Invalid parameter").user(
            "The library template needs more",
            format!("library_template_button_inputs must give {what} for the button \"{text}\"."),
        )
    };
    Ok(match kind {
        "URL" => {
            let url = input["url"]["base_url"].as_str().ok_or_else(|| missing("url.base_url"))?;
            let mut button = json!({ "type": "URL", "text": text, "url": url });
            if url.contains("{{1}}") {
                let example = input["url"]["url_suffix_example"].as_str();
                button["example"] = json!([example.ok_or_else(|| missing("url.url_suffix_example"))?]);
            }
            button
        }
        "PHONE_NUMBER" => {
            let number = input["phone_number"].as_str().ok_or_else(|| missing("phone_number"))?;
            json!({ "type": "PHONE_NUMBER", "text": text, "phone_number": number })
        }
        _ => json!({ "type": kind, "text": text }),
    })
}

pub(crate) fn find(name: &str, language: &str) -> Option<&'static Entry> {
    LIBRARY.iter().find(|entry| entry.name == name && entry.language == language)
}

/// Whether a value is of the kind the library wants.
pub(crate) fn fits(kind: &str, value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    match kind {
        "NUMBER" => digits > 0 && value.chars().all(|c| c.is_ascii_digit() || " .,-+".contains(c)),
        "AMOUNT" | "DATE" => digits > 0,
        "PHONE_NUMBER" => digits >= 6 && value.chars().all(|c| c.is_ascii_digit() || " +()-.".contains(c)),
        "EMAIL" => value.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.')),
        _ => true,
    }
}

pub(crate) const LIBRARY: [Entry; 8] = [
    Entry {
        id: "510000000000001",
        name: "parcel_on_its_way",
        language: "en_US",
        topic: "ORDER_MANAGEMENT",
        usecase: "SHIPMENT_CONFIRMATION",
        industry: &["E_COMMERCE"],
        header: Some("Your parcel has left"),
        body: "Good news, {{1}}: order {{2}} has left our warehouse and should reach you on {{3}}. Thank you for waiting.",
        params: &["Ana", "A-1042", "May 3"],
        types: &["TEXT", "TEXT", "DATE"],
        buttons: &[("URL", "Follow parcel")],
    },
    Entry {
        id: "510000000000002",
        name: "parcel_on_its_way",
        language: "es",
        topic: "ORDER_MANAGEMENT",
        usecase: "SHIPMENT_CONFIRMATION",
        industry: &["E_COMMERCE"],
        header: Some("Tu paquete ha salido"),
        body: "Buenas noticias, {{1}}: el pedido {{2}} ha salido de nuestro almacén y debería llegarte el {{3}}. Gracias por esperar.",
        params: &["Ana", "A-1042", "3 de mayo"],
        types: &["TEXT", "TEXT", "DATE"],
        buttons: &[("URL", "Seguir paquete")],
    },
    Entry {
        id: "510000000000003",
        name: "payment_received",
        language: "en_US",
        topic: "PAYMENTS",
        usecase: "PAYMENT_CONFIRMATION",
        industry: &["E_COMMERCE", "FINANCIAL_SERVICES"],
        header: None,
        body: "We have received your payment of {{1}} for invoice {{2}}. A receipt was sent to {{3}} a moment ago.",
        params: &["$ 120.00", "2042", "ana@example.com"],
        types: &["AMOUNT", "NUMBER", "EMAIL"],
        buttons: &[],
    },
    Entry {
        id: "510000000000004",
        name: "payment_received",
        language: "es",
        topic: "PAYMENTS",
        usecase: "PAYMENT_CONFIRMATION",
        industry: &["E_COMMERCE", "FINANCIAL_SERVICES"],
        header: None,
        body: "Hemos recibido tu pago de {{1}} por la factura {{2}}. Acabamos de enviar un recibo a {{3}} por correo.",
        params: &["120,00 €", "2042", "ana@example.com"],
        types: &["AMOUNT", "NUMBER", "EMAIL"],
        buttons: &[],
    },
    Entry {
        id: "510000000000005",
        name: "appointment_tomorrow",
        language: "en_US",
        topic: "EVENT_REMINDER",
        usecase: "APPOINTMENT_REMINDER",
        industry: &["HEALTH", "BEAUTY"],
        header: None,
        body: "Hello {{1}}, we expect you on {{2}} at {{3}}. Please tell us in good time if you can't come.",
        params: &["Ana", "May 3, 10:30", "1 Hacker Way"],
        types: &["TEXT", "DATE", "ADDRESS"],
        buttons: &[("QUICK_REPLY", "I will be there"), ("PHONE_NUMBER", "Call us")],
    },
    Entry {
        id: "510000000000006",
        name: "appointment_tomorrow",
        language: "es",
        topic: "EVENT_REMINDER",
        usecase: "APPOINTMENT_REMINDER",
        industry: &["HEALTH", "BEAUTY"],
        header: None,
        body: "Hola {{1}}, te esperamos el {{2}} en {{3}}. Por favor, avísanos con tiempo si no puedes venir.",
        params: &["Ana", "3 de mayo, 10:30", "Calle Mayor 1"],
        types: &["TEXT", "DATE", "ADDRESS"],
        buttons: &[("QUICK_REPLY", "Allí estaré"), ("PHONE_NUMBER", "Llamar")],
    },
    Entry {
        id: "510000000000007",
        name: "callback_promised",
        language: "en_US",
        topic: "CUSTOMER_FEEDBACK",
        usecase: "SUPPORT_FOLLOW_UP",
        industry: &["E_COMMERCE", "TELECOM"],
        header: None,
        body: "Hello {{1}}, one of our team will call you back at {{2}} within the next working day.",
        params: &["Ana", "+1 555 010 0100"],
        types: &["TEXT", "PHONE_NUMBER"],
        buttons: &[],
    },
    Entry {
        id: "510000000000008",
        name: "callback_promised",
        language: "es",
        topic: "CUSTOMER_FEEDBACK",
        usecase: "SUPPORT_FOLLOW_UP",
        industry: &["E_COMMERCE", "TELECOM"],
        header: None,
        body: "Hola {{1}}, una persona de nuestro equipo te llamará al {{2}} durante el próximo día laborable.",
        params: &["Ana", "+34 600 111 222"],
        types: &["TEXT", "PHONE_NUMBER"],
        buttons: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_passes_the_platforms_own_rules() {
        for entry in &LIBRARY {
            let inputs = json!([
                { "url": { "base_url": "https://a.test/{{1}}", "url_suffix_example": "https://a.test/1" }, "phone_number": "+15550100000" },
                { "phone_number": "+15550100000" },
            ]);
            let components = entry.components(&inputs).unwrap();
            let definition = json!({
                "name": entry.name, "language": entry.language, "category": "UTILITY", "components": components,
            });
            assert_eq!(cloud_api::template::check(&definition), Ok(()), "{}", entry.name);
            assert_eq!(entry.params.len(), entry.types.len());
            assert!(
                entry.params.iter().zip(entry.types).all(|(value, kind)| fits(kind, value)),
                "{}",
                entry.name
            );
        }
    }
}

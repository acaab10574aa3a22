//! Settings of a phone number: calling, identity check, payload encryption, storage.
//! Meta: Business phone numbers > Settings; Calling API > Settings; Local storage.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::call_hours::CallHours;
use super::node::{formed, judged, number, word};
use super::profile::is_public_key;
use super::registration::REGIONS;
use super::{Client, Secret};
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};
use crate::webhook::wire::{Read, Wire, object, words};

const SWITCH: &[&str] = &["ENABLED", "DISABLED"];

words! {
    /// On or off.
    pub enum Switch {
        /// On.
        Enabled = "ENABLED",
        /// Off.
        Disabled = "DISABLED",
    }
}

object! {
    /// All settings of a phone number. Features that were never touched may be missing.
    pub struct Settings {
        /// Calls.
        calling: Calling = "calling",
        /// Identity check.
        user_identity_change: IdentityCheck = "user_identity_change",
        /// Encryption of messages and webhooks.
        payload_encryption: PayloadEncryption = "payload_encryption",
        /// Where Meta keeps messages, and how long.
        storage_configuration: Storage = "storage_configuration",
    }
}

object! {
    /// How calls are taken. When setting, what is `None` stays, but `call_hours` are replaced as a whole.
    /// Meta: Calling API > Settings.
    pub struct Calling {
        /// Whether there are calls at all. Needs a messaging limit of 2,000 (138015).
        status: Switch = "status",
        /// `DEFAULT` shows the call button, `DISABLE_ALL` hides it everywhere.
        call_icon_visibility: String = "call_icon_visibility",
        /// Who sees the call button.
        call_icons: CallIcons = "call_icons",
        /// When calls are taken.
        call_hours: CallHours = "call_hours",
        /// Whether people who called are asked to let the business call back.
        callback_permission_status: Switch = "callback_permission_status",
        /// Calls by SIP instead of by this API.
        sip: Sip = "sip",
        /// Codecs besides Opus.
        audio: CallAudio = "audio",
        /// Messages on missed calls.
        voicemail: Voicemail = "voicemail",
        /// `DTLS` (Meta's default) or `SDES`.
        srtp_key_exchange_protocol: String = "srtp_key_exchange_protocol",
        /// What Meta has forbidden for now. Can only be read.
        restrictions: Value = "restrictions",
    }
}

object! {
    /// Who sees the call button.
    pub struct CallIcons {
        /// Only people of these countries, two letters each. Empty means everybody.
        restrict_to_user_countries: Vec<String> = "restrict_to_user_countries",
    }
}

object! {
    /// Calls by SIP. While they are on, [`Client::connect_call`] and its kin fail with 131055.
    pub struct Sip {
        /// On or off.
        status: Switch = "status",
        /// Whether webhooks about calls come nevertheless.
        webhook_delivery: Switch = "webhook_delivery",
        /// The server; at most one.
        servers: Vec<SipServer> = "servers",
    }
}

object! {
    /// A SIP server of the business.
    pub struct SipServer {
        /// Its name.
        hostname: String = "hostname",
        /// Its port, with TLS; mostly 5061.
        port: i64 = "port",
        /// Parameters for the request's address.
        request_uri_user_params: Value = "request_uri_user_params",
        /// Meta's password for it; only when asked for with credentials.
        sip_user_password: Secret = "sip_user_password",
    }
}

impl Wire for Secret {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        Ok(Self::from(text.into_owned()))
    }

    fn write(&self) -> Value {
        self.expose().into()
    }
}

object! {
    /// Codecs of calls.
    pub struct CallAudio {
        /// `PCMU` and `PCMA`, besides Opus.
        additional_codecs: Vec<String> = "additional_codecs",
    }
}

object! {
    /// Messages on missed calls.
    pub struct Voicemail {
        /// On or off.
        status: Switch = "status",
        /// Seconds of ringing before it answers, up to 30.
        timeout_seconds: i64 = "timeout_seconds",
    }
}

object! {
    /// Identity check: messages carry a hash of the person's identity key, and can be refused when it changes (137000).
    pub struct IdentityCheck {
        /// On or off.
        enable_identity_key_check: bool = "enable_identity_key_check",
    }
}

object! {
    /// Encryption of messages and webhooks above TLS. See [`Client::send_encrypted`].
    pub struct PayloadEncryption {
        /// On or off.
        status: Switch = "status",
        /// The business's public key, PEM. Needed to switch it on.
        client_encryption_key: String = "client_encryption_key",
    }
}

object! {
    /// Where Meta keeps messages, and how long. Meta: Local storage.
    pub struct Storage {
        /// Where.
        status: StorageStatus = "status",
        /// One of [`REGIONS`]; only with [`StorageStatus::InCountry`].
        data_localization_region: String = "data_localization_region",
        /// How long, in minutes.
        retention_minutes: i64 = "retention_minutes",
    }
}

words! {
    /// Where Meta keeps messages.
    pub enum StorageStatus {
        /// Anywhere.
        Anywhere = "DEFAULT",
        /// In one country.
        InCountry = "IN_COUNTRY_STORAGE_ENABLED",
        /// Nowhere, beyond what delivery takes.
        Nowhere = "NO_STORAGE_ENABLED",
    }
}

impl Calling {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            word(findings, root, "status", SWITCH);
            word(findings, root, "call_icon_visibility", &["DEFAULT", "DISABLE_ALL"]);
            if let Some(icons) = findings.may_have_object(root, "call_icons") {
                countries(&icons, findings);
            }
            if let Some(hours) = findings.may_have_object(root, "call_hours") {
                super::call_hours::judge(&hours, findings);
            }
            word(findings, root, "callback_permission_status", SWITCH);
            if let Some(sip) = findings.may_have_object(root, "sip") {
                judge_sip(&sip, findings);
            }
            if let Some(audio) = findings.may_have_object(root, "audio") {
                codecs(&audio, findings);
            }
            if let Some(voicemail) = findings.may_have_object(root, "voicemail") {
                word(findings, &voicemail, "status", SWITCH);
                number(findings, &voicemail, "timeout_seconds", [1, 30]);
            }
            word(findings, root, "srtp_key_exchange_protocol", &["DTLS", "SDES"]);
            findings.not_allowed(root, "restrictions", "restrictions can only be read");
        })
    }
}

fn countries(icons: &Node<'_>, findings: &mut Findings) {
    for (pointer, country) in super::node::texts(icons, "restrict_to_user_countries") {
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            findings.add(pointer, Rule::Format, "A country is two capital letters.");
        }
    }
}

fn judge_sip(sip: &Node<'_>, findings: &mut Findings) {
    word(findings, sip, "status", SWITCH);
    word(findings, sip, "webhook_delivery", SWITCH);
    if sip.str("status") == Some("ENABLED") && sip.get("servers").is_none() {
        findings.required(sip.at("servers"));
    }
    for server in findings.may_have_list(sip, "servers", "servers", [0, 1]).unwrap_or_default() {
        findings.needs_text(&server, "hostname", text("Hostname", 1, 253));
        number(findings, &server, "port", [1, 65_535]);
    }
}

fn codecs(audio: &Node<'_>, findings: &mut Findings) {
    for (pointer, codec) in super::node::texts(audio, "additional_codecs") {
        if !matches!(codec, "PCMU" | "PCMA") {
            findings.add(pointer, Rule::Value, "An additional codec is PCMU or PCMA.");
        }
    }
}

impl PayloadEncryption {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            let on = findings.one_of(root, "status", SWITCH) == Some("ENABLED");
            if on && root.get("client_encryption_key").is_none() {
                findings.required(root.at("client_encryption_key"));
            }
            formed(findings, root, "client_encryption_key", "a public key in PEM", is_public_key);
        })
    }
}

impl Storage {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            let allowed = ["DEFAULT", "IN_COUNTRY_STORAGE_ENABLED", "NO_STORAGE_ENABLED"];
            let local = findings.one_of(root, "status", &allowed) == Some("IN_COUNTRY_STORAGE_ENABLED");
            if local {
                findings.one_of(root, "data_localization_region", REGIONS);
            } else {
                findings.not_allowed(
                    root,
                    "data_localization_region",
                    "only storage in one country has a region",
                );
            }
            number(findings, root, "retention_minutes", [1, i64::MAX]);
        })
    }
}

impl Client {
    /// All settings of a phone number; with `sip_credentials` also the passwords of its SIP servers. Permission B.
    /// Meta: Business phone numbers > Settings.
    ///
    /// # Errors
    /// As every call.
    pub async fn settings(&self, phone_number_id: &str, sip_credentials: bool) -> Result<Settings, Error> {
        let credentials = sip_credentials.then_some("true");
        let call = self.get("settings", &[phone_number_id, "settings"]);
        call.query_some("include_sip_credentials", credentials).read().await
    }

    /// Changes how calls are taken. Leaving `holiday_schedule` out of `call_hours` deletes it. Permission B.
    /// Meta: Calling API > Settings.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Calling::validate`]; code 138015 below a messaging limit of 2,000.
    pub async fn set_calling(&self, phone_number_id: &str, calling: &Calling) -> Result<(), Error> {
        self.judge(|| calling.validate())?;
        self.set("set_calling", phone_number_id, "calling", calling).await
    }

    /// Switches the identity check on or off. Permission B. Meta: Business phone numbers > Identity change check.
    ///
    /// # Errors
    /// As every call.
    pub async fn set_identity_check(&self, phone_number_id: &str, on: bool) -> Result<(), Error> {
        let check = json!({"enable_identity_key_check": on});
        self.set("set_identity_check", phone_number_id, "user_identity_change", &check).await
    }

    /// Switches encryption of messages and webhooks on or off. Permission B. Meta: Cloud API > Payload encryption.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`PayloadEncryption::validate`].
    pub async fn set_payload_encryption(
        &self,
        phone_number_id: &str,
        encryption: &PayloadEncryption,
    ) -> Result<(), Error> {
        self.judge(|| encryption.validate())?;
        self.set("set_payload_encryption", phone_number_id, "payload_encryption", encryption).await
    }

    /// Says where Meta keeps messages. Permission B. Meta: Local storage.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Storage::validate`].
    pub async fn set_storage(&self, phone_number_id: &str, storage: &Storage) -> Result<(), Error> {
        self.judge(|| storage.validate())?;
        self.set("set_storage", phone_number_id, "storage_configuration", storage).await
    }

    /// Meta takes one feature in each request.
    async fn set(
        &self,
        operation: &'static str,
        phone_number_id: &str,
        feature: &str,
        value: &impl Serialize,
    ) -> Result<(), Error> {
        let mut body = Map::new();
        body.insert(feature.to_owned(), serde_json::to_value(value).unwrap_or_default());
        self.post(operation, &[phone_number_id, "settings"]).json(&body).idempotent().command().await
    }
}

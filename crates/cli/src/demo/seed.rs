//! The shop: an organization, two agents, one number, templates read from the emulator, a rule, and a history.

use super::{
    Demo,
    folder::Facts,
    stage::{Cast, Stage},
    story,
};
use crate::ambient::password;
use anyhow::Context;
use app::{App, Caller, NewPhoneNumber, NewUser, RuleDraft, SetUp, Who};
use emulator::SeedWorld;
use model::{
    account::{Role, User},
    id::OrganizationId,
    rule::Matching,
};
use serde_json::json;

/// The admin's address.
pub(super) const ADMIN_EMAIL: &str = "ana@example.test";
/// The other agent's.
pub(super) const AGENT_EMAIL: &str = "luis@example.test";

/// Makes the shop. Everything goes the way it goes in earnest: through the product's use cases and the emulator's
/// phones, never behind the product's back.
pub(super) async fn shop(demo: &Demo, seed: SeedWorld) -> anyhow::Result<Facts> {
    let app = &demo.app;
    let password = password();
    let (ana, luis) = people(app, &password).await?;
    let (_, api_key) = app.create_api_key(&ana, "Demo scripts").await?;
    let number =
        app.connect_phone_number(&ana, connection(&seed)).await.context("failed to connect the number")?;
    app.create_rule(&ana, greeting()).await.context("failed to make the rule")?;
    let facts = Facts {
        url: String::new(),
        emulator_url: String::new(),
        email: ADMIN_EMAIL.to_owned(),
        password,
        api_key,
        organization_id: ana.organization.to_string(),
        phone_number_id: seed.phone_number_id,
        display_phone_number: seed.display_phone_number,
        waba_id: seed.waba_id,
        access_token: seed.access_token,
        app_secret: seed.app_secret,
        verify_token: seed.verify_token,
    };
    let stage = Stage::new(demo, Cast { ana, luis }, number.id);
    stage.templates().await?;
    story::play(&stage).await?;
    Ok(facts)
}

async fn people(app: &App, password: &str) -> anyhow::Result<(Caller, Caller)> {
    let setup = SetUp {
        token: app.setup_token().to_owned(),
        organization_name: "Lucky Shrub".to_owned(),
        name: "Ana García".to_owned(),
        email: ADMIN_EMAIL.to_owned(),
        password: password.to_owned(),
    };
    let session = app.setup(setup).await.context("failed to set up")?;
    let organization = session.signed_in.organization.id;
    let ana = caller(organization, session.signed_in.user);
    let luis = NewUser {
        name: "Luis Ortega".to_owned(),
        email: AGENT_EMAIL.to_owned(),
        password: password.to_owned(),
        role: Role::Agent,
    };
    let luis = app.add_user(&ana, luis).await.context("failed to add the second agent")?;
    // The way in is by signing in; nobody needs the set-up's own session.
    app.sign_out(&session.token).await?;
    Ok((ana, caller(organization, luis)))
}

fn caller(organization: OrganizationId, user: User) -> Caller {
    Caller { organization, who: Who::Agent { id: user.id, name: user.name, role: user.role } }
}

fn connection(seed: &SeedWorld) -> NewPhoneNumber {
    NewPhoneNumber {
        phone_number_id: seed.phone_number_id.clone(),
        waba_id: seed.waba_id.clone(),
        display_phone_number: seed.display_phone_number.clone(),
        verified_name: seed.verified_name.clone(),
        access_token: seed.access_token.clone(),
        app_id: seed.app_id.clone(),
        app_secret: seed.app_secret.clone(),
        verify_token: seed.verify_token.clone(),
    }
}

fn greeting() -> RuleDraft {
    let button = |id: &str, title: &str| json!({ "type": "reply", "reply": { "id": id, "title": title } });
    RuleDraft {
        name: "Greeting".to_owned(),
        enabled: true,
        keywords: vec!["hola".to_owned(), "hi".to_owned()],
        matching: Matching::Exact,
        reply: json!({
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": { "text": "Hi, this is Lucky Shrub 🌱 What can we do for you?" },
                "footer": { "text": "We answer from 9 to 18" },
                "action": { "buttons": [
                    button("order-status", "Order status"),
                    button("opening-hours", "Opening hours"),
                    button("person", "Talk to a person"),
                ] },
            },
        }),
    }
}

//! Six days in the shop, told in order: who wrote what, and what became of it.

use super::stage::Stage;
use model::conversation::ConversationState::{Pending, Resolved};
use serde_json::json;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// A plant with one yellow leaf.
const MONSTERA: &[u8] = include_bytes!("../../assets/monstera.jpg");

/// Plays the story up to the present.
pub(super) async fn play(stage: &Stage<'_>) -> anyhow::Result<()> {
    fern(stage).await?;
    order(stage).await?;
    wholesale(stage).await?;
    monstera(stage).await?;
    no_number(stage).await?;
    today(stage).await?;
    stage.minutes_ago(0);
    Ok(())
}

/// Five days ago: asked, answered, done.
async fn fern(stage: &Stage<'_>) -> anyhow::Result<()> {
    let luis = &stage.cast.luis;
    stage.minutes_ago(5 * DAY);
    let marta = stage.customer("Marta Ruiz", None)?;
    stage.says(&marta, "Hola, ¿hacéis envíos a Canarias?").await?;
    stage.minutes_ago(5 * DAY - 4);
    stage.takes(luis, &marta).await?;
    stage
        .answers(luis, &marta, "¡Hola, Marta! Sí, en 3 o 4 días. Las plantas viajan bien protegidas.")
        .await?;
    stage.minutes_ago(5 * DAY - 9);
    stage.says(&marta, "Perfecto, entonces pido el helecho grande. ¡Gracias!").await?;
    stage.minutes_ago(5 * DAY - 11);
    stage.answers(luis, &marta, "Gracias a ti. Te llegará un aviso cuando salga 🌿").await?;
    stage.puts(luis, &marta, Resolved).await
}

/// Four days ago, and a template when the service window had long closed.
async fn order(stage: &Stage<'_>) -> anyhow::Result<()> {
    let ana = &stage.cast.ana;
    stage.minutes_ago(4 * DAY);
    let tom = stage.customer("Tom Becker", None)?;
    stage.says(&tom, "hi").await?;
    stage.minutes_ago(4 * DAY - 1);
    stage.taps(&tom, "Order status").await?;
    stage.says(&tom, "It's order A-1038").await?;
    stage.minutes_ago(4 * DAY - 12);
    stage.takes(ana, &tom).await?;
    stage.answers(ana, &tom, "Thanks, Tom. It is being packed; we write as soon as it leaves.").await?;
    stage.minutes_ago(2 * DAY + 3 * HOUR);
    let parameters = [json!({ "type": "text", "text": "Tom" }), json!({ "type": "text", "text": "A-1038" })];
    let template = json!({
        "name": "order_update",
        "language": { "code": "en_US" },
        "components": [{ "type": "body", "parameters": parameters }],
    });
    stage.replies(ana, &tom, json!({ "type": "template", "template": template })).await
}

/// Three days ago: waits for something outside of the inbox.
async fn wholesale(stage: &Stage<'_>) -> anyhow::Result<()> {
    let ana = &stage.cast.ana;
    stage.minutes_ago(3 * DAY);
    let amelie = stage.customer("Amélie Laurent", None)?;
    stage.says(&amelie, "Hello! Do you sell to restaurants? We need about 60 small herbs a month.").await?;
    stage.minutes_ago(3 * DAY - 20);
    stage.takes(ana, &amelie).await?;
    stage.answers(ana, &amelie, "Hello Amélie, we do. I ask our grower and come back with a price.").await?;
    stage.says(&amelie, "Lovely, no rush.").await?;
    stage.puts(ana, &amelie, Pending).await
}

/// Yesterday: a picture, advice, and a heart for it.
async fn monstera(stage: &Stage<'_>) -> anyhow::Result<()> {
    let luis = &stage.cast.luis;
    stage.minutes_ago(DAY - 2 * HOUR);
    let priya = stage.customer("Priya Nair", None)?;
    stage.shows(&priya, MONSTERA, "One leaf went yellow. Is my monstera ill?").await?;
    stage.minutes_ago(DAY - 2 * HOUR - 6);
    stage.takes(luis, &priya).await?;
    let advice = "Just thirsty feet: it gets too much water. Let the top 3 cm dry before the next glass, and cut the \
                  yellow leaf off.";
    stage.answers(luis, &priya, advice).await?;
    stage.minutes_ago(DAY - 2 * HOUR - 9);
    stage.reacts(&priya, "❤️").await?;
    stage.says(&priya, "Phew. Thank you, Luis!").await
}

/// Last night: somebody who shows a username and no number.
async fn no_number(stage: &Stage<'_>) -> anyhow::Result<()> {
    stage.minutes_ago(11 * HOUR);
    let noor = stage.customer("Noor", Some("noor.grows"))?;
    stage.says(&noor, "Hola").await?;
    stage.minutes_ago(11 * HOUR - 1);
    stage.taps(&noor, "Opening hours").await?;
    stage.minutes_ago(10 * HOUR);
    let hours = "We are here Monday to Saturday, 9 to 18. Come by: the cactus room is new 🌵";
    stage.answers(&stage.cast.luis, &noor, hours).await
}

/// Today: some of it still unanswered.
async fn today(stage: &Stage<'_>) -> anyhow::Result<()> {
    let ana = &stage.cast.ana;
    stage.minutes_ago(3 * HOUR);
    let jonas = stage.customer("Jonas Weber", None)?;
    stage.says(&jonas, "hi").await?;
    stage.taps(&jonas, "Talk to a person").await?;

    stage.minutes_ago(55);
    let diego = stage.customer("Diego Torres", None)?;
    stage.says(&diego, "Buenos días, necesito la factura de mi último pedido").await?;
    stage.minutes_ago(50);
    stage.takes(ana, &diego).await?;
    stage.answers(ana, &diego, "Buenos días, Diego. ¿Me dices el número del pedido?").await?;

    stage.minutes_ago(24);
    let lucia = stage.customer("Lucía Fernández", None)?;
    stage.says(&lucia, "¿Tenéis macetas de 30 cm?").await?;
    stage.says(&lucia, "Son para interior, mejor en barro").await?;

    stage.minutes_ago(6);
    stage.says(&diego, "Sí, es el A-1042").await
}

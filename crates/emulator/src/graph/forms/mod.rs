//! Forms (Meta's Flows) in the Graph API: made, read, filled with JSON, published, deprecated, deleted, copied. Meta:
//! WhatsApp Flows > Reference > Flows API.

pub(crate) mod files;
mod keys;
mod node;
mod publish;

use cloud_api::client::forms::{FormCategory, FormUpdate, NewForm};
use cloud_api::form::Version;
use cloud_api::violation::Violation;
use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, page};
use crate::world::World;
use crate::world::forms::{Form, Status};

/// Largest form JSON, in bytes.
const SOURCE_MAX: usize = 10 * 1024 * 1024;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "flows", "GET POST", Scope::Management),
    edge(Kind::Waba, "migrate_flows", "POST", Scope::Management),
    edge(Kind::Form, "", "GET POST DELETE", Scope::Management),
    edge(Kind::Form, "assets", "GET POST", Scope::Management),
    edge(Kind::Form, "publish", "POST", Scope::Management),
    edge(Kind::Form, "deprecate", "POST", Scope::Management),
    edge(Kind::Number, "whatsapp_business_encryption", "GET POST", Scope::Messaging),
];

pub(super) async fn answer(call: &Call<'_>) -> Answer {
    let (id, params) = (call.id, call.params);
    match (call.kind, call.what()) {
        (Kind::Number, ("GET", _)) => call.with(|world| keys::get(world, id, params)),
        (Kind::Number, _) => call.with(|world| keys::set(world, id, params)),
        (_, (_, "migrate_flows")) => call.with(|world| publish::migrate(world, call)),
        (Kind::Waba, ("GET", _)) => call.with(|world| list(world, call)),
        (Kind::Waba, _) => create(call).await,
        (_, (_, "publish")) => publish::publish(call.shared, id).await,
        (_, (_, "deprecate")) => call.with(|world| publish::deprecate(world, call.config(), id)),
        (_, ("GET", "assets")) => call.with(|world| assets(world, call)),
        (_, (_, "assets")) => call.with(|world| upload(world, call)),
        (_, ("GET", _)) => call.with(|world| node::get(world, call)),
        (_, ("POST", _)) => call.with(|world| update(world, call)),
        _ => call.with(|world| delete(world, id)),
    }
}

fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let ids: Vec<String> =
        world.forms.all.values().filter(|form| form.waba_id == call.id).map(|form| form.id.clone()).collect();
    let nodes: Result<Vec<Value>, GraphError> =
        ids.iter().map(|id| node::selected(world, call, id)).collect();
    page::page(call.config(), call.params, nodes?)
}

/// `POST /{WABA}/flows`. What was to be published at once and can't be isn't made.
async fn create(call: &Call<'_>) -> Answer {
    let publishes = call.params.plain("publish").is_some_and(|publish| publish == "true");
    let (id, errors) = call.with(|world| make(world, call, publishes))?;
    if !publishes {
        return Ok(match errors {
            Some(errors) => json!({ "id": id, "success": true, "validation_errors": errors }),
            None => json!({ "id": id }),
        });
    }
    if let Err(error) = publish::publish(call.shared, &id).await {
        call.with(|world| world.forms.all.remove(&id));
        return Err(error);
    }
    Ok(json!({ "id": id, "success": true, "validation_errors": [] }))
}

/// The new draft's id and, when it came with JSON, what is wrong with that.
fn make(world: &mut World, call: &Call<'_>, publishes: bool) -> Result<(String, Option<Value>), GraphError> {
    let params = call.params;
    let source = params.source("flow_json");
    let wanted = NewForm {
        name: params.plain("name").unwrap_or_default(),
        categories: categories(params)?.ok_or_else(|| GraphError::required("categories"))?,
        flow_json: source,
        publish: Some(publishes),
        endpoint_uri: params.plain("endpoint_uri").filter(|uri| !uri.is_empty()),
        clone_flow_id: params.plain("clone_flow_id").filter(|id| !id.is_empty()),
    };
    wanted.validate().map_err(refuse)?;
    check_size(wanted.flow_json.as_deref())?;
    free_name(world, call.id, &wanted.name, None)?;
    let original = match &wanted.clone_flow_id {
        Some(id) => Some(reachable(world, call, id)?),
        None => None,
    };
    let origin = original.as_ref();
    let source = wanted.flow_json.clone().or_else(|| origin.and_then(|form| form.source.clone()));
    let endpoint_uri = wanted.endpoint_uri.or_else(|| origin.and_then(|form| form.endpoint_uri.clone()));
    let form = world.add_form(call.id, &wanted.name);
    form.categories = wanted.categories.iter().map(|category| category.as_str().to_owned()).collect();
    form.application_id = Some(call.token.app_id.clone()).filter(|id| !id.is_empty());
    form.endpoint_uri = endpoint_uri;
    form.source = source;
    let errors = wanted.flow_json.is_some().then(|| json!(form.validation_errors()));
    let id = form.id.clone();
    world.announce_form(&id);
    Ok((id, errors))
}

/// The form to copy, when this token may.
fn reachable(world: &World, call: &Call<'_>, id: &str) -> Result<Form, GraphError> {
    let node = world.node(id).filter(|node| node.kind == Kind::Form && call.token.reaches(node));
    node.and_then(|_| world.forms.all.get(id).cloned()).ok_or_else(|| {
        GraphError::parameter("Invalid parameter").details("Flow with specified ID does not exist")
    })
}

/// `POST /{form}`: name, categories, endpoint, app.
fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let (id, params) = (call.id, call.params);
    let wanted = FormUpdate {
        name: params.plain("name"),
        categories: categories(params)?,
        endpoint_uri: params.plain("endpoint_uri"),
        application_id: params.plain("application_id"),
    };
    wanted.validate().map_err(refuse)?;
    let form = world.forms.all.get(id).ok_or_else(|| call.unknown())?;
    draft(form)?;
    if wanted.endpoint_uri.is_some() && form.version().is_some_and(|version| version < FIRST_WITH_URI) {
        return Err(GraphError::message(139_001).details("Specify Endpoint Uri in Flow JSON"));
    }
    if wanted.application_id.as_ref().is_some_and(|app| !world.apps.contains_key(app)) {
        return Err(GraphError::parameter("Param application_id must be a valid application id"));
    }
    let waba_id = form.waba_id.clone();
    if let Some(name) = &wanted.name {
        free_name(world, &waba_id, name, Some(id))?;
    }
    let now = world.now;
    let form = world.forms.all.get_mut(id).ok_or_else(|| call.unknown())?;
    if let Some(name) = wanted.name {
        form.name = name;
    }
    if let Some(categories) = wanted.categories {
        form.categories = categories.iter().map(|category| category.as_str().to_owned()).collect();
    }
    form.endpoint_uri = wanted.endpoint_uri.or(form.endpoint_uri.take());
    form.application_id = wanted.application_id.or(form.application_id.take());
    form.updated_at = now;
    world.announce_form(id);
    Ok(json!({ "success": true }))
}

/// From here on the endpoint is set through the API, not in the JSON.
const FIRST_WITH_URI: Version = Version { major: 3, minor: 0 };

/// `DELETE /{form}`.
fn delete(world: &mut World, id: &str) -> Answer {
    let form = world.forms.all.get(id).ok_or_else(|| GraphError::unknown_object("delete", id))?;
    if form.status != Status::Draft {
        return Err(GraphError::message(139_004).details("Can't delete published Flow"));
    }
    world.forms.all.remove(id);
    world.changes += 1;
    Ok(json!({ "success": true }))
}

/// `GET /{form}/assets`: its JSON, at an address that works for an hour without a token.
fn assets(world: &mut World, call: &Call<'_>) -> Answer {
    let (now, hash) = (world.now, world.traces.alphanumeric(32));
    let form = world.forms.all.get_mut(call.id).ok_or_else(|| call.unknown())?;
    let list: Vec<Value> = match form.source {
        Some(_) => {
            let url = form.mint_download(&call.config().public_url, hash, now);
            vec![json!({ "name": "flow.json", "asset_type": "FLOW_JSON", "download_url": url })]
        }
        None => Vec::new(),
    };
    page::page(call.config(), call.params, list)
}

/// `POST /{form}/assets`: new JSON for a draft, as a file or in a field. What has errors is kept all the same.
fn upload(world: &mut World, call: &Call<'_>) -> Answer {
    let params = call.params;
    if let Some(kind) = params.text("asset_type").filter(|kind| *kind != "FLOW_JSON") {
        return Err(GraphError::parameter(format!(
            "Param asset_type must be one of {{FLOW_JSON}} - got \"{kind}\"."
        )));
    }
    let file = params.files.first().map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let source = file.or_else(|| params.source("file")).ok_or_else(|| GraphError::required("file"))?;
    for name in ["asset_type", "name"] {
        params.text(name).ok_or_else(|| GraphError::required(name))?;
    }
    check_size(Some(&source))?;
    let now = world.now;
    let form = world.forms.all.get_mut(call.id).ok_or_else(|| call.unknown())?;
    draft(form)?;
    form.source = Some(source);
    form.updated_at = now;
    let errors = form.validation_errors();
    world.announce_form(call.id);
    Ok(json!({ "success": true, "validation_errors": errors }))
}

fn draft(form: &Form) -> Result<(), GraphError> {
    if form.status == Status::Draft {
        return Ok(());
    }
    Err(GraphError::message(139_001)
        .details("You attempted to update a Flow that has already been published"))
}

fn categories(params: &Params) -> Result<Option<Vec<FormCategory>>, GraphError> {
    let Some(words) = params.list("categories") else { return Ok(None) };
    if let Some((at, word)) =
        words.iter().enumerate().find(|(_, word)| !FormCategory::KNOWN.contains(&word.as_str()))
    {
        let known = FormCategory::KNOWN.join(", ");
        let message = format!("Param categories[{at}] must be one of {{{known}}} - got \"{word}\".");
        return Err(GraphError::parameter(message));
    }
    Ok(Some(words.iter().map(|word| FormCategory::from(word.as_str())).collect()))
}

fn check_size(source: Option<&str>) -> Result<(), GraphError> {
    if source.is_some_and(|source| source.len() > SOURCE_MAX) {
        return Err(
            GraphError::parameter("Invalid parameter").details("Flow JSON must not be larger than 10 MB")
        );
    }
    Ok(())
}

fn free_name(world: &World, waba_id: &str, name: &str, own: Option<&str>) -> Result<(), GraphError> {
    let taken = world.form_named(waba_id, name).is_some_and(|form| Some(form.id.as_str()) != own);
    if !taken {
        return Ok(());
    }
    Err(GraphError::parameter("Invalid parameter").details("Flow name is not unique"))
}

fn refuse(violations: Vec<Violation>) -> GraphError {
    let words: Vec<&str> = violations.iter().map(|violation| violation.message.as_str()).take(3).collect();
    GraphError::parameter("Invalid parameter").details(words.join("; "))
}

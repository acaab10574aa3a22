//! `POST /{phone number id}/smb_app_data`: what the WhatsApp Business app has, once each, within a day of joining.

use serde_json::json;

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::{Answer, Call};
use crate::world::coexistence::SyncKind;

pub(super) const EDGES: &[Edge] = &[edge(Kind::Number, "smb_app_data", "POST", Scope::Management)];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    if call.params.text("messaging_product") != Some("whatsapp") {
        return Err(GraphError::required("messaging_product"));
    }
    let kind = match call.params.text("sync_type") {
        Some("smb_app_state_sync") => SyncKind::Contacts,
        Some("history") => SyncKind::History,
        None => return Err(GraphError::required("sync_type")),
        Some(_) => {
            return Err(GraphError::parameter(
                "Param sync_type must be one of {smb_app_state_sync, history}",
            ));
        }
    };
    let request_id = call.with(|world| world.start_sync(call.id, kind))?;
    Ok(json!({ "messaging_product": "whatsapp", "request_id": request_id }))
}

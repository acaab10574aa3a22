//! What an id stands for.

use super::World;
use crate::graph::edges::Kind;

/// What an id stands for, and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub kind: Kind,
    pub app_id: Option<String>,
    pub waba_id: Option<String>,
    pub business_id: Option<String>,
}

impl World {
    /// The node with this id. Ids of all kinds are distinct, as they are on the platform.
    pub(crate) fn node(&self, id: &str) -> Option<Node> {
        if self.apps.contains_key(id) {
            return Some(Node {
                kind: Kind::App,
                app_id: Some(id.to_owned()),
                waba_id: None,
                business_id: None,
            });
        }
        if self.businesses.contains_key(id) {
            let business_id = Some(id.to_owned());
            return Some(Node { kind: Kind::Business, app_id: None, waba_id: None, business_id });
        }
        let Some((kind, waba_id)) = self.of_waba(id) else { return self.registry_node(id) };
        let business_id = self.wabas.get(&waba_id).map(|waba| waba.business_id.clone());
        Some(Node { kind, app_id: None, waba_id: Some(waba_id), business_id })
    }

    /// Kind and WABA of what belongs to one.
    fn of_waba(&self, id: &str) -> Option<(Kind, String)> {
        if self.wabas.contains_key(id) {
            return Some((Kind::Waba, id.to_owned()));
        }
        if let Some(number) = self.numbers.get(id) {
            return Some((Kind::Number, number.waba_id.clone()));
        }
        if let Some(template) = self.templates.get(id) {
            return Some((Kind::Template, template.waba_id.clone()));
        }
        if let Some(group) = self.templating.groups.get(id) {
            return Some((Kind::TemplateGroup, group.waba_id.clone()));
        }
        if let Some(group) = self.groups.get(id) {
            return Some((Kind::Group, self.numbers.get(&group.phone_number_id)?.waba_id.clone()));
        }
        if let Some(form) = self.forms.all.get(id) {
            return Some((Kind::Form, form.waba_id.clone()));
        }
        let media = self.media.get(id)?;
        Some((Kind::Media, self.numbers.get(&media.phone_number_id)?.waba_id.clone()))
    }
}

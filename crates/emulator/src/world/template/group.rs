//! Groups of templates that are measured together. A template is in one group at most; names are unique.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::catalog::invalid;
use crate::clock::graph_time;
use crate::graph::error::GraphError;
use crate::world::World;

const NAME_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 512;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub id: String,
    pub waba_id: String,
    pub name: String,
    pub description: String,
    /// Template ids.
    pub templates: Vec<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// What a call says about a group.
#[derive(Debug, Default)]
pub(crate) struct GroupChange {
    pub name: Option<String>,
    pub description: Option<String>,
    /// The whole list.
    pub templates: Option<Vec<String>>,
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

impl World {
    /// The node of a group.
    pub(crate) fn group_json(&self, group: &Group) -> Value {
        let waba = self.wabas.get(&group.waba_id);
        let templates = group.templates.iter().filter_map(|id| self.templates.get(id));
        let data: Vec<Value> = templates
            .map(|t| json!({ "id": t.id, "name": t.name, "language": t.language, "status": t.status.name(), "category": t.category }))
            .collect();
        json!({
            "id": group.id, "name": group.name, "description": group.description,
            "creation_time": graph_time(group.created_at), "update_time": graph_time(group.updated_at),
            "whatsapp_business_account": waba.map(|w| json!({ "id": w.id, "name": w.name })),
            "whatsapp_business_templates": { "data": data },
        })
    }

    pub(crate) fn create_template_group(
        &mut self,
        waba_id: &str,
        change: GroupChange,
    ) -> Result<String, GraphError> {
        if change.name.is_none() {
            return Err(GraphError::required("name"));
        }
        if change.templates.is_none() {
            return Err(GraphError::required("whatsapp_business_templates"));
        }
        let id = self.new_template_id();
        let group = Group {
            id: id.clone(),
            waba_id: waba_id.to_owned(),
            name: String::new(),
            description: String::new(),
            templates: Vec::new(),
            created_at: self.now,
            updated_at: self.now,
        };
        self.put_group(group, change)?;
        Ok(id)
    }

    pub(crate) fn change_template_group(&mut self, id: &str, change: GroupChange) -> Result<(), GraphError> {
        let group = self.templating.groups.get(id).cloned();
        let mut group = group.ok_or_else(|| GraphError::unknown_object("post", id))?;
        group.updated_at = self.now;
        self.put_group(group, change)
    }

    fn put_group(&mut self, mut group: Group, change: GroupChange) -> Result<(), GraphError> {
        if let Some(name) = change.name {
            if name.is_empty() || name.chars().count() > NAME_MAX {
                return Err(GraphError::parameter(format!(
                    "Param name must have 1 to {NAME_MAX} characters"
                )));
            }
            let others =
                || self.templating.groups.values().filter(|g| g.waba_id == group.waba_id && g.id != group.id);
            if others().any(|other| other.name == name) {
                return Err(invalid("The name is taken", "Names of template groups are unique."));
            }
            group.name = name;
        }
        if let Some(description) = change.description {
            if description.chars().count() > DESCRIPTION_MAX {
                let problem = format!("Param description must have {DESCRIPTION_MAX} characters at most");
                return Err(GraphError::parameter(problem));
            }
            group.description = description;
        }
        if let Some(templates) = change.templates {
            group.templates = templates;
        }
        group.templates.retain(|id| !change.remove.contains(id));
        group.templates.extend(change.add);
        group.templates.sort();
        group.templates.dedup();
        self.may_group(&group)?;
        self.changes += 1;
        self.templating.groups.insert(group.id.clone(), group);
        Ok(())
    }

    fn may_group(&self, group: &Group) -> Result<(), GraphError> {
        for id in &group.templates {
            if self.templates.get(id).is_none_or(|t| t.waba_id != group.waba_id) {
                return Err(invalid(
                    "The template wasn't found",
                    &format!("There is no template {id} in this account."),
                ));
            }
            let elsewhere = |other: &Group| other.id != group.id && other.templates.contains(id);
            if self.templating.groups.values().any(elsewhere) {
                let why = format!("The template {id} is in another template group.");
                return Err(invalid("A template is in one group only", &why));
            }
        }
        Ok(())
    }
}

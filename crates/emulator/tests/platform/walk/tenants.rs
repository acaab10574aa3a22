//! Who is in the walk: two businesses that must never hear of each other, and people who know both.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::{APP, NUMBER, TOKEN, WABA};

/// One business with everything that only it may see.
pub struct Tenant {
    pub business: &'static str,
    pub app: &'static str,
    pub waba: &'static str,
    pub number: &'static str,
    pub token: &'static str,
    pub app_token: String,
    /// A word in every text of this business's.
    pub word: &'static str,
    /// What nobody else's answers and webhooks may contain.
    pub secrets: Vec<String>,
    /// What it has made, by the kind of node.
    pub made: BTreeMap<&'static str, Vec<String>>,
}

/// So many ids of one kind are remembered.
const REMEMBERED: usize = 40;

impl Tenant {
    fn new(n: u8, app: &'static str, names: [&'static str; 5], secrets: &[&str]) -> Self {
        let [business, waba, number, token, word] = names;
        let all = secrets.iter().copied().chain([business, waba, number, word]).map(str::to_owned);
        let secret = if n == 1 { crate::desk::SECRET } else { "s3cret" };
        Self {
            business,
            app,
            waba,
            number,
            token,
            app_token: format!("{app}|{secret}"),
            word,
            secrets: all.collect(),
            made: BTreeMap::new(),
        }
    }

    /// Remembers something that was made; nobody else may ever see its id.
    pub fn has_made(&mut self, node: &'static str, id: &str) {
        let list = self.made.entry(node).or_default();
        if list.iter().any(|known| known == id) {
            return;
        }
        if list.len() >= REMEMBERED {
            list.remove(0);
        }
        list.push(id.to_owned());
        self.keeps_secret(id);
    }

    pub fn keeps_secret(&mut self, secret: &str) {
        if secret.len() >= 10 && self.secrets.len() < 300 && !self.secrets.iter().any(|known| known == secret)
        {
            self.secrets.push(secret.to_owned());
        }
    }

    /// The ids of a kind of node.
    pub fn ids(&self, node: &str) -> Vec<String> {
        let fixed = match node {
            "App" => self.app,
            "Business" => self.business,
            "Waba" => self.waba,
            "Number" => self.number,
            "User" => "122100000000000",
            _ => "",
        };
        let made = self.made.get(node).into_iter().flatten().cloned();
        made.chain((!fixed.is_empty()).then(|| fixed.to_owned())).collect()
    }
}

pub fn tenants() -> [Tenant; 2] {
    [
        Tenant::new(
            1,
            APP,
            ["800000000000001", WABA, NUMBER, TOKEN, "marble"],
            &["15550100001", "Lucky Shrub", crate::desk::SECRET],
        ),
        Tenant::new(
            2,
            "900000000000002",
            ["800000000000002", "700000000000002", "600000000000002", "ANOTHER", "walnut"],
            &["15550100002", "Another Shop", "s3cret"],
        ),
    ]
}

/// The walker's own dice, so that the walk doesn't depend on the emulator's.
pub struct Throws(pub u64);

impl Throws {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// One in so many times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// People by every name that webhooks may give them: phone numbers and user ids, present and former.
#[derive(Default)]
pub struct People {
    pub phones: Vec<String>,
    names: BTreeMap<String, usize>,
}

impl People {
    /// The same eight people all the time, half of them in Europe.
    pub fn of_the_walk() -> Self {
        let phones: Vec<String> =
            (0..8).map(|n| if n < 4 { format!("3460011122{n}") } else { format!("1555020000{n}") }).collect();
        let names = phones.iter().cloned().enumerate().map(|(n, phone)| (phone, n)).collect();
        Self { phones, names }
    }

    /// Who that is; somebody new gets a number of their own.
    pub fn who(&mut self, name: &str) -> usize {
        let next = self.names.len() + 1_000;
        *self.names.entry(name.to_owned()).or_insert(next)
    }

    /// Notes the names that the control API tells of somebody.
    pub fn learn(&mut self, who: usize, customer: &Value) {
        let ids = customer["user_ids"].as_object().into_iter().flatten().map(|(_, id)| id);
        let parents = customer["parent_user_ids"].as_object().into_iter().flatten().map(|(_, id)| id);
        let names = ids.chain(parents).chain([&customer["wa_id"]]);
        for name in names.filter_map(Value::as_str) {
            self.names.insert(name.to_owned(), who);
        }
    }

    pub fn moved(&mut self, who: usize, phone: &str) {
        phone.clone_into(&mut self.phones[who]);
        self.names.insert(phone.to_owned(), who);
    }
}

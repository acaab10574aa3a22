//! Which of Meta's paths the emulator answers: what Meta has (`meta-paths.txt`) beside what the rooms of the Graph API say
//! that they answer.

use crate::graph::Room;

const META: &str = include_str!("meta-paths.txt");

/// One path of one kind of node.
#[derive(Clone, Copy)]
struct Line {
    node: &'static str,
    path: &'static str,
    verbs: &'static str,
    /// `full`, `none`, or `part` and `ours` with a reason behind a colon.
    answer: &'static str,
}

impl Line {
    fn read(line: &'static str) -> Option<Self> {
        let mut parts = line.split('|').map(str::trim);
        Some(Self { node: parts.next()?, path: parts.next()?, verbs: parts.next()?, answer: parts.next()? })
    }

    /// As Meta's documents write it.
    fn shown(&self) -> String {
        let id = match self.node {
            "Root" => return format!("/{}", self.path.replace('*', "{id}")),
            "Waba" => "WABA",
            "AccountNumber" => "account number",
            "TemplateGroup" => "template group",
            "CreditLine" => "credit line",
            "Preverified" => "pre-verified number",
            "Bot" => "conversational components",
            "History" => "message history",
            "Number" => "phone number",
            "Form" => "flow",
            other => return format!("/{{{}}}{}", other.to_lowercase(), self.rest()),
        };
        format!("/{{{id}}}{}", self.rest())
    }

    fn rest(&self) -> String {
        let rest = self.path.replace('*', "{id}");
        if rest.is_empty() { rest } else { format!("/{rest}") }
    }

    fn words(&self) -> (String, &'static str) {
        match self.answer.split_once(": ") {
            Some(("part", left_out)) => ("in part".to_owned(), left_out),
            Some(("ours", what)) => ("addition".to_owned(), what),
            _ if self.answer == "none" => ("unknown path".to_owned(), ""),
            _ => ("yes".to_owned(), ""),
        }
    }

    /// The room that answers the path with these verbs.
    fn room(&self) -> Option<String> {
        let rooms = Room::ALL.iter().copied().filter(|room| {
            room.edges().iter().any(|edge| format!("{:?}", edge.kind) == self.node && edge.path == self.path)
        });
        let names: Vec<String> = rooms.map(|room| format!("{room:?}")).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// Meta's paths in Markdown: a table for each part of the platform, with how each path is answered.
pub fn coverage() -> String {
    let mut page = String::new();
    for line in META.lines().filter(|line| !line.starts_with("# ")) {
        if let Some(part) = line.strip_prefix("## ") {
            page += &format!(
                "\n### {part}\n\n| path | verbs | answered | left out | room |\n|---|---|---|---|---|\n"
            );
        } else if let Some(line) = Line::read(line) {
            let ((answered, left_out), room) = (line.words(), line.room().unwrap_or_default());
            let (path, verbs) = (line.shown(), line.verbs.replace(' ', ", "));
            page += &format!("| `{path}` | {verbs} | {answered} | {left_out} | {room} |\n");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A call as the routing table and the table of Meta's paths both name it.
    type Pair = (String, String, String);

    /// Calls of Meta's paths that should be answered, those that shouldn't, and those that are.
    fn calls() -> [BTreeSet<Pair>; 3] {
        let triples = |node: &str, path: &str, verbs: &str| -> Vec<Pair> {
            verbs.split(' ').map(|verb| (node.to_owned(), path.to_owned(), verb.to_owned())).collect()
        };
        let (mut wanted, mut left_out) = (BTreeSet::new(), BTreeSet::new());
        for line in META.lines().filter_map(Line::read) {
            let set = if line.answer == "none" { &mut left_out } else { &mut wanted };
            set.extend(triples(line.node, line.path, line.verbs));
        }
        let edges = Room::ALL.iter().flat_map(|room| room.edges());
        let answered =
            edges.flat_map(|edge| triples(&format!("{:?}", edge.kind), edge.path, edge.verbs)).collect();
        [wanted, left_out, answered]
    }

    #[test]
    fn the_table_of_metas_paths_and_the_rooms_say_the_same() {
        let [wanted, left_out, answered] = calls();
        let none: Vec<&Pair> = Vec::new();
        assert_eq!(
            answered.difference(&wanted).collect::<Vec<_>>(),
            none,
            "answered, but missing in meta-paths.txt (or `none` there)"
        );
        assert_eq!(
            wanted.difference(&answered).collect::<Vec<_>>(),
            none,
            "promised in meta-paths.txt, but no room answers"
        );
        assert_eq!(
            left_out.intersection(&answered).collect::<Vec<_>>(),
            none,
            "answered, though meta-paths.txt says `none`"
        );
    }

    #[test]
    fn every_line_has_one_of_the_four_answers_and_no_path_comes_twice() {
        let mut seen = BTreeSet::new();
        for line in META.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let read = Line::read(line).unwrap_or_else(|| panic!("{line}"));
            let reason = read
                .answer
                .split_once(": ")
                .is_some_and(|(how, why)| ["part", "ours"].contains(&how) && !why.is_empty());
            assert!(reason || ["full", "none"].contains(&read.answer), "{line}");
            assert!(seen.insert((read.node, read.path)), "{line} twice");
        }
        assert!(coverage().contains("| `/{phone number}/messages` | POST | yes |  | Messages |"));
    }
}

//! Whom a member means by a term of kinship. Kin are named by the speaker's side: the mother of Themba is Elara.

use crate::entity::family_member::Bond;
use crate::routing::folded;

/// Words that mean the same as another one.
const SAME: [(&str, &str); 7] = [
    ("mom", "mother"),
    ("mum", "mother"),
    ("mama", "mother"),
    ("grandpa", "grandfather"),
    ("granddad", "grandfather"),
    ("bro", "brother"),
    ("sis", "sister"),
];

/// A member with what they are to others.
pub struct Person<'a> {
    pub name: &'a str,
    pub bonds: &'a [Bond],
}

/// Everybody whom `speaker` means by `term`, in the order of `people`; a singular gives at most one.
pub fn meant<'a>(people: &[Person<'a>], speaker: &str, term: &str) -> Vec<&'a str> {
    let term = folded(term).split([' ', '-']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    let (term, plural) = match singular(&term) {
        Some(one) => (one, true),
        None => (term, false),
    };
    let term = SAME.iter().find(|(word, _)| *word == term).map_or(term.as_str(), |(_, same)| same);
    let is =
        |person: &Person<'_>, kind: &str| person.bonds.iter().any(|bond| bond.member == speaker && bond.kind == kind);
    let mut found: Vec<&str> = people.iter().filter(|person| is(person, term)).map(|person| person.name).collect();
    if found.is_empty() && term == "grandfather" {
        // The nearest elder of the line.
        found = people.iter().filter(|person| is(person, "great_grandfather")).map(|person| person.name).collect();
    }
    if !plural {
        found.truncate(1);
    }
    found
}

fn singular(term: &str) -> Option<String> {
    let one =
        term.strip_suffix("ies").map(|stem| format!("{stem}y")).or_else(|| term.strip_suffix('s').map(str::to_owned));
    one.filter(|one| one != "si" && term != "sis")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(kind: &str, member: &str) -> Bond {
        Bond { member: member.to_owned(), kind: kind.to_owned(), bond: "close".to_owned() }
    }

    #[test]
    fn the_nearest_elder_is_the_grandfather() {
        let (old, older) = ([is("grandfather", "Child")], [is("great_grandfather", "Child"), is("grandfather", "Son")]);
        let near = [Person { name: "Older", bonds: &older }, Person { name: "Old", bonds: &old }];
        assert_eq!(meant(&near, "Child", "grandpa"), ["Old"]);
        assert_eq!(meant(&near[..1], "Child", "Grandfather"), ["Older"]);
        assert_eq!(meant(&near, "Child", "great-grandfather"), ["Older"]);
        assert_eq!(meant(&near, "Child", "  Great Grandfathers "), ["Older"]);
    }

    #[test]
    fn a_plural_gives_all_and_a_singular_one() {
        let bonds = [is("sister", "Child")];
        let sisters = [Person { name: "A", bonds: &bonds }, Person { name: "B", bonds: &bonds }];
        assert_eq!(meant(&sisters, "Child", "sisters"), ["A", "B"]);
        assert_eq!(meant(&sisters, "Child", "sis"), ["A"]);
        assert!(meant(&sisters, "A", "sister").is_empty());
    }

    #[test]
    fn plurals_are_told_from_words_that_end_alike() {
        assert_eq!(singular("sisters").as_deref(), Some("sister"));
        assert_eq!(singular("sis"), None);
        assert_eq!(singular("uncle"), None);
    }
}

//! Who answers when nobody was named: the first member in the order of routing one of whose words occurs.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Who answers if no word fits.
pub const DEFAULT: &str = "Elara";
/// Who answers in an emergency.
pub const EMERGENCY: &str = "Jabari";

/// A member as routing sees them: name and words, `*` at the end of a word standing for any ending.
pub struct Route<'a> {
    pub name: &'a str,
    pub keywords: &'a [String],
}

/// One case, without accents.
pub fn folded(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}

/// The member who answers `text`. `routes` are in order.
pub fn answers<'a>(routes: &[Route<'a>], text: &str, emergency: bool) -> &'a str {
    let text = folded(text);
    let fits = |route: &&Route<'a>| route.keywords.iter().any(|keyword| occurs(&text, keyword));
    let found = if emergency { None } else { routes.iter().find(fits) };
    match found {
        Some(route) => route.name,
        None if emergency => EMERGENCY,
        None => DEFAULT,
    }
}

fn occurs(text: &str, keyword: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric());
    match keyword.strip_suffix('*') {
        Some(stem) => words.into_iter().any(|word| word.starts_with(stem)),
        None => words.into_iter().any(|word| word == keyword),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(text: &str, emergency: bool) -> String {
        let (kofi, zola) = (["money", "finance*"].map(str::to_owned), ["data", "analys*"].map(str::to_owned));
        let routes = [Route { name: "Kofi", keywords: &kofi }, Route { name: "Zola", keywords: &zola }];
        answers(&routes, text, emergency).to_owned()
    }

    #[test]
    fn the_first_row_with_a_word_that_occurs_answers() {
        assert_eq!(routed("What does the DATA say about money?", false), "Kofi");
        assert_eq!(routed("An análysis, please", false), "Zola");
        assert_eq!(routed("financed by whom", false), "Kofi");
    }

    #[test]
    fn words_count_as_wholes() {
        assert_eq!(routed("moneyless and dataful", false), "Elara");
        assert_eq!(routed("", false), "Elara");
    }

    #[test]
    fn an_emergency_is_for_jabari() {
        assert_eq!(routed("my money is gone", true), "Jabari");
    }
}

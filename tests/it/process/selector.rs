//! `--selector`, read as the apiserver reads a label selector.

use super::values::controller;

fn selector(text: &str) -> Result<String, String> {
    let settings = controller(&[&format!("--selector={text}")])?;
    Ok(settings.selector.unwrap().to_string())
}

#[test]
fn what_the_apiserver_accepts_is_accepted() {
    for (text, sent) in [
        ("team=vision", "team=vision"),
        ("team==vision", "team=vision"),
        (" team = vision ", "team=vision"),
        ("team!=vision", "team!=vision"),
        ("team", "team"),
        ("!team", "!team"),
        ("! team", "!team"),
        ("team=", "team="),
        ("team!=", "team!="),
        ("team in (vision)", "team in (vision)"),
        ("team in(vision,nlp)", "team in (nlp,vision)"),
        ("team notin ( vision , nlp )", "team notin (nlp,vision)"),
        ("team in (,vision)", "team in (,vision)"),
        ("team in (vision,)", "team in (,vision)"),
        ("a=b,c!=d,e,!f,g in (h)", "a=b,c!=d,e,!f,g in (h)"),
        ("example.com/team=A_b.c-1", "example.com/team=A_b.c-1"),
        ("in in (in)", "in in (in)"),
    ] {
        assert_eq!(selector(text).as_deref(), Ok(sent), "{text}");
    }
}

#[test]
fn what_the_apiserver_refuses_is_refused_at_the_start() {
    let long_name = format!("{}=a", "k".repeat(64));
    let long_value = format!("a={}", "v".repeat(64));
    for text in [
        "",
        " ",
        ",",
        "team in vision",
        "a in ((",
        "a in (b",
        "a in b)",
        "a in ()",
        "a in",
        "a,",
        ",a",
        "a=b,,c=d",
        "a b",
        "a=b c=d",
        "=b",
        "!",
        "!=b",
        "a=b=c",
        "a=!b",
        "a/b/c=d",
        "/a=b",
        "-a=b",
        "a=-b",
        "a=b-",
        "a=b/c",
        "ä=b",
        "a=ä",
        "A.com/b=c",
        "a>1",
        "a<1",
        "a in (b c)",
        "!a=b",
        &long_name,
        &long_value,
    ] {
        let refusal = selector(text).expect_err(text);
        assert!(refusal.contains("--selector"), "{text}: {refusal}");
        assert!(refusal.contains("reads like team=vision"), "{text}: {refusal}");
    }
}

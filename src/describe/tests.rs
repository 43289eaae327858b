use crate::definition::Index;

#[test]
fn the_five_definitions_describe_themselves() {
    for (name, text) in crate::testing::DEFINITIONS {
        let index = Index::from_toml(text).expect("valid");
        let description = index.describe().expect("describable");
        let text = description.text();
        assert!(text.starts_with("# "), "{name}: {text}");
        for leaf in &index.indicators {
            assert!(text.contains(&leaf.id), "{name} does not mention {}", leaf.id);
            assert!(description.latex().contains(&super::escape(&leaf.id)), "{name}: {}", leaf.id);
            assert!(description.html().contains(&leaf.id), "{name}: {}", leaf.id);
        }
    }
    let panel = Index::from_toml(crate::testing::ENTROPY_PANEL).expect("valid").describe().expect("describable").text();
    assert!(panel.contains("stage 1: scales of 2 indicators\n  - stage 2: weights of index\n"), "{panel}");
    assert!(
        panel.contains("data-driven (entropy): they describe dispersion in the fitted data, not importance"),
        "{panel}"
    );
    assert!(panel.contains("Zou, Yun and Sun (2006), doi:10.1016/S1001-0742(06)60032-6"), "{panel}");
}

#[test]
fn indicators_that_are_treated_alike_are_told_once() {
    let one = |i: usize| format!("[[indicator]]\nid = \"x{i}\"\nparent = \"all\"\nscale = \"minmax\"\n");
    let indicators = (0..49).map(one).collect::<Vec<_>>().concat();
    let index = Index::from_toml(&format!("id = \"many\"\n{indicators}[[group]]\nid = \"all\"\n")).expect("valid");
    let description = index.describe().expect("describable");
    let text = description.text();
    assert_eq!(text.matches("(x - min) / (max - min)").count(), 1, "{text}");
    assert!(
        text.contains("- 49 indicators: `(x - min) / (max - min)` [minmax] [1], more is better\n  - x0, x1, "),
        "{text}"
    );
    assert_eq!(description.latex().matches(r"y = \frac{x - \min x}{\max x - \min x}").count(), 1);
}

#[test]
fn texts_of_a_definition_cannot_break_out() {
    let index = Index::from_toml(
        "id = \"i\"\nlabel = \"100% of R&D_\\n# {x}\"\nnotes = [\"<b>\"]\n[[indicator]]\nid = \"a\"\nparent = \"g\"\nscale = \"minmax\"\n[[group]]\nid = \"g\"\n",
    )
    .expect("valid");
    let description = index.describe().expect("describable");
    assert!(description.text().starts_with("# 100% of R&D_ # {x}\n"), "{}", description.text());
    assert!(description.latex().contains(r"\section*{100\% of R\&D\_ \# \{x\}}"), "{}", description.latex());
    assert!(description.html().contains("<h2>100% of R&amp;D_ # {x}</h2>"), "{}", description.html());
    assert!(!description.html().contains("<b>"));
}

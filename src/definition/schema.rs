//! JSON Schema of a definition, for editors. Hand-written where the format is; method names come from their registers.

use serde_json::{Value, json};

use crate::aggregate::Aggregation;
use crate::impute::Imputation;
use crate::normalize::Scale;
use crate::treat::Treatment;
use crate::weights::Weighting;

/// The schema (draft 2020-12).
pub fn json_schema() -> Value {
    let method = |names: &[&str], extra: &Value| {
        json!({"anyOf": [
            {"enum": names},
            {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": {"enum": names},
             "additionalProperties": extra},
        ]})
    };
    let text = json!({"type": "string"});
    let number = json!({"type": "number"});
    let weight = json!({"type": "number", "minimum": 0});
    let label = json!({"anyOf": [text, {"type": "object", "additionalProperties": text}]});
    let literal = json!({"type": ["boolean", "number", "string"]});
    let confidence = json!({"enum": ["official", "secondary", "unconfirmed"]});
    let period = json!({"anyOf": [
        {"enum": ["pooled", "each"]},
        {"type": "object", "properties": {"base": literal}, "required": ["base"], "additionalProperties": false},
    ]});
    let domain = json!({"type": "array", "items": number, "minItems": 2, "maxItems": 2});
    let texts = json!({"type": "array", "items": text});
    let missing = json!({"enum": ["propagate", "renormalize", "error"]});
    let share = json!({"type": "number", "minimum": 0, "maximum": 1});
    let conditions = json!({"type": "array", "items": {"$ref": "#/$defs/condition"}, "minItems": 1});
    let object = |properties: Value, required: &[&str]| json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    let condition = object(
        json!({
            "id": text, "label": label, "source": text, "confidence": confidence, "waives": text,
            "node": text, "column": text, "ge": number, "gt": number, "le": number, "lt": number, "is": literal,
            "in": {"type": "array", "items": literal}, "blank": {"enum": ["no", "yes"]},
            "all": conditions, "any": conditions, "of": conditions, "not": {"$ref": "#/$defs/condition"},
            "count": object(json!({"under": text, "tag": text, "ge": number}), &["under", "ge"]),
            "at_least": {"type": "integer", "minimum": 0},
            "cases": object(
                json!({"on": text, "edges": {"type": "array", "items": number}, "closed": {"enum": ["left", "right"]}, "then": conditions}),
                &["on", "edges", "then"],
            ),
        }),
        &[],
    );
    let levels = object(
        json!({
            "of": text, "rule": {"enum": ["highest", "cumulative"]}, "none": text, "source": text, "confidence": confidence,
            "thresholds": {"type": "object", "additionalProperties": number},
            "level": {"type": "array", "items": object(
                json!({"id": text, "label": label, "when": {"$ref": "#/$defs/condition"}, "source": text, "confidence": confidence}),
                &["id", "when"],
            )},
        }),
        &[],
    );
    let any = json!(true);
    let mut scale = method(Scale::NAMES, &any);
    let options = object(
        json!({
            "points": {"type": "object", "additionalProperties": number, "minProperties": 1}, "multiple": {"type": "boolean"},
            "none": text, "cap": number, "columns": text, "labels": {"type": "object", "additionalProperties": label},
        }),
        &["points"],
    );
    scale["anyOf"][1]["properties"] = json!({"options": options});
    let impute = method(Imputation::NAMES, &any);
    let treat = method(Treatment::NAMES, &any);
    let aggregate = method(Aggregation::NAMES, &any);
    let weights = method(Weighting::NAMES, &any);
    let indicator = object(
        json!({
            "id": text, "parent": text, "column": {"anyOf": [text, texts]}, "direction": {"enum": [1, -1]},
            "scale": {"$ref": "#/$defs/scale"}, "impute": {"$ref": "#/$defs/impute"}, "treat": {"$ref": "#/$defs/treat"},
            "weight": weight, "domain": domain, "blank": literal, "tags": texts,
            "implies": texts, "measure": text, "period": period, "label": label, "source": text, "confidence": confidence,
            "note": text,
        }),
        &["id"],
    );
    let group = object(
        json!({
            "id": text, "parent": text, "aggregate": {"$ref": "#/$defs/aggregate"}, "weights": {"$ref": "#/$defs/weights"},
            "weight": weight, "missing": missing, "min_coverage": share, "min_observed": share,
            "scale": {"$ref": "#/$defs/scale"},
            "levels": {"$ref": "#/$defs/levels"}, "period": period, "tags": texts, "label": label, "source": text,
            "confidence": confidence, "note": text,
        }),
        &["id"],
    );
    let column = object(
        json!({"domain": domain, "blank": literal, "measure": text, "label": label, "source": text, "confidence": confidence}),
        &[],
    );
    let derived = object(
        json!({"expr": text, "domain": domain, "measure": text, "label": label, "source": text, "confidence": confidence}),
        &["expr"],
    );
    let mut schema = object(
        json!({
            "schema": {"const": super::SCHEMA}, "id": text, "edition": text, "comparable": text, "label": label,
            "description": label, "valid_from": text, "valid_to": text, "source": text, "confidence": confidence,
            "notes": texts, "root": text, "period": period,
            "defaults": object(
                json!({"scale": {"$ref": "#/$defs/scale"}, "impute": {"$ref": "#/$defs/impute"},
                       "treat": {"$ref": "#/$defs/treat"}, "aggregate": {"$ref": "#/$defs/aggregate"},
                       "weights": {"$ref": "#/$defs/weights"}, "missing": missing, "min_coverage": share,
                       "min_observed": share}),
                &[],
            ),
            "columns": {"type": "object", "additionalProperties": column},
            "derived": {"type": "object", "additionalProperties": derived},
            "indicator": {"type": "array", "items": indicator},
            "group": {"type": "array", "items": group},
            "levels": {"$ref": "#/$defs/levels"},
        }),
        &["id"],
    );
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("indicia definition of an index");
    schema["$defs"] = json!({
        "condition": condition, "levels": levels, "scale": scale, "impute": impute, "treat": treat, "aggregate": aggregate,
        "weights": weights,
    });
    schema
}

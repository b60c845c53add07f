//! The committed CRD is what the types generate, and the chart's copy is the same.

use spot_training_operator::api::v1alpha1::definition::definition;
use spot_training_operator::yaml;

fn committed(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_committed_crd_is_generated() {
    let generated = yaml::write(&definition().unwrap()).unwrap();
    for path in ["crds/spottrainingjobs.yaml", "charts/spot-training-operator/files/crd.yaml"] {
        assert!(committed(path) == generated, "{path} is out of date: run `make generate`");
    }
}

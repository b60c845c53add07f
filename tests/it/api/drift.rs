//! The committed CRD is what the types generate, and the chart's copy is the same.

use spot_training_operator::api::v1alpha1::definition::definition;
use spot_training_operator::yaml;

use crate::support::fixtures::golden;

#[test]
fn the_committed_crd_is_generated() {
    let generated = yaml::write(&definition().unwrap()).unwrap();
    for path in ["crds/spottrainingjobs.yaml", "charts/spot-training-operator/files/crd.yaml"] {
        golden::compare(path, &generated);
    }
}

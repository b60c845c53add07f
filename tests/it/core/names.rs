//! Names of training jobs can never change between releases: these five are fixed.

use spot_training_operator::domain::job::name::job_name;

#[test]
fn five_names_never_change() {
    let uid = "6f1d7c1e-8f1a-4a62-9a8e-0d4a5a1c2b3d";
    let long = "a-very-long-name.with.dots-and-more-than-sixty-three-characters-in-all";
    let names = [
        job_name("vision", "resnet50", uid, 1),
        job_name("vision", "resnet50", uid, 2),
        job_name("default", "quickstart", "00000000-0000-0000-0000-000000000000", 1),
        job_name("team", long, uid, 1_234_567_890),
        job_name("team", "a.b.c", uid, 12),
    ];
    assert_eq!(
        names,
        [
            "vision-resnet50-stj-y5dmbcbmvd-1",
            "vision-resnet50-stj-y5dmbcbmvd-2",
            "default-quickstart-stj-ck4to7f6pz-1",
            "team-a-very-long-name-with-dots-and-m-stj-y5dmbcbmvd-1234567890",
            "team-a-b-c-stj-y5dmbcbmvd-12",
        ]
    );
}

#[test]
fn a_name_is_valid_for_sagemaker_whatever_the_object_is_called() {
    let pattern = regex::Regex::new("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$").unwrap();
    for namespace in ["a", "0", &"n".repeat(63)] {
        for name in ["x", "1.2", "a--b", &"y.".repeat(126)] {
            for number in [1, u32::MAX] {
                let name = job_name(namespace, name, "uid", number);
                assert!(pattern.is_match(&name), "{name}");
                assert!(name.len() <= 63, "{name}");
            }
        }
    }
}

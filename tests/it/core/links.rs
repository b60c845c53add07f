//! Links into the AWS console, by partition: none rather than a wrong one (field report 27).

use spot_training_operator::domain::view::links::{console, logs};

#[test]
fn a_region_leads_to_the_console_of_its_partition_or_nowhere() {
    let rows = [
        ("eu-west-1", Some("https://eu-west-1.console.aws.amazon.com/")),
        ("cn-north-1", Some("https://cn-north-1.console.amazonaws.cn/")),
        ("us-gov-west-1", Some("https://us-gov-west-1.console.amazonaws-us-gov.com/")),
        ("us-iso-east-1", None),
        ("us-isob-east-1", None),
        ("eu-isoe-west-1", None),
        ("us-isof-south-1", None),
        ("eusc-de-east-1", None),
    ];
    for (region, site) in rows {
        for link in [console(region, "job"), logs(region, "job")] {
            let leads = link.as_deref().map(|link| site.is_some_and(|site| link.starts_with(site)));
            assert_eq!(leads, site.map(|_| true), "{region}: {link:?}");
        }
    }
}

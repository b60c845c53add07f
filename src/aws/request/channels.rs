//! `InputDataConfig` for the SDK.

use aws_sdk_sagemaker::types as sdk;

use super::texts;
use crate::api::v1alpha1::template::{
    Channel, ChannelCompression, DataSource, DatasetSource, FileSystemAccessMode,
    FileSystemDataSource, FileSystemType, RecordWrapper, S3DataDistribution, S3DataSource,
    S3DataType,
};

/// A channel for the SDK.
pub(super) fn channel(channel: &Channel) -> sdk::Channel {
    let shuffle = channel
        .shuffle_config
        .as_ref()
        .map(|shuffle| sdk::ShuffleConfig::builder().seed(shuffle.seed).build());
    sdk::Channel::builder()
        .channel_name(&channel.channel_name)
        .data_source(source(&channel.data_source))
        .set_content_type(channel.content_type.clone())
        .set_compression_type(channel.compression_type.map(|compression| match compression {
            ChannelCompression::None => sdk::CompressionType::None,
            ChannelCompression::Gzip => sdk::CompressionType::Gzip,
        }))
        .set_record_wrapper_type(channel.record_wrapper_type.map(|wrapper| match wrapper {
            RecordWrapper::None => sdk::RecordWrapper::None,
            RecordWrapper::RecordIo => sdk::RecordWrapper::Recordio,
        }))
        .set_input_mode(channel.input_mode.map(|mode| sdk::TrainingInputMode::from(mode.as_str())))
        .set_shuffle_config(shuffle)
        .build()
}

fn source(source: &DataSource) -> sdk::DataSource {
    sdk::DataSource::builder()
        .set_s3_data_source(source.s3_data_source.as_ref().map(s3))
        .set_file_system_data_source(source.file_system_data_source.as_ref().map(file_system))
        .set_dataset_source(source.dataset_source.as_ref().and_then(dataset))
        .build()
}

/// Of the SDK's builders some check that what is required is there, which it is.
fn dataset(source: &DatasetSource) -> Option<sdk::DatasetSource> {
    sdk::DatasetSource::builder().dataset_arn(&source.dataset_arn).build().ok()
}

fn s3(source: &S3DataSource) -> sdk::S3DataSource {
    sdk::S3DataSource::builder()
        .s3_data_type(match source.s3_data_type {
            S3DataType::ManifestFile => sdk::S3DataType::ManifestFile,
            S3DataType::S3Prefix => sdk::S3DataType::S3Prefix,
            S3DataType::AugmentedManifestFile => sdk::S3DataType::AugmentedManifestFile,
            S3DataType::Converse => sdk::S3DataType::Converse,
        })
        .s3_uri(&source.s3_uri)
        .set_s3_data_distribution_type(source.s3_data_distribution_type.map(|distribution| {
            match distribution {
                S3DataDistribution::FullyReplicated => sdk::S3DataDistribution::FullyReplicated,
                S3DataDistribution::ShardedByS3Key => sdk::S3DataDistribution::ShardedByS3Key,
            }
        }))
        .set_attribute_names(texts(source.attribute_names.as_ref()))
        .set_instance_group_names(texts(source.instance_group_names.as_ref()))
        .set_model_access_config(source.model_access_config.as_ref().map(|config| {
            sdk::ModelAccessConfig::builder().accept_eula(config.accept_eula).build()
        }))
        .set_hub_access_config(source.hub_access_config.as_ref().map(|config| {
            sdk::HubAccessConfig::builder().hub_content_arn(&config.hub_content_arn).build()
        }))
        .build()
}

fn file_system(source: &FileSystemDataSource) -> sdk::FileSystemDataSource {
    sdk::FileSystemDataSource::builder()
        .file_system_id(&source.file_system_id)
        .file_system_access_mode(match source.file_system_access_mode {
            FileSystemAccessMode::Rw => sdk::FileSystemAccessMode::Rw,
            FileSystemAccessMode::Ro => sdk::FileSystemAccessMode::Ro,
        })
        .file_system_type(match source.file_system_type {
            FileSystemType::Efs => sdk::FileSystemType::Efs,
            FileSystemType::FSxLustre => sdk::FileSystemType::Fsxlustre,
        })
        .directory_path(&source.directory_path)
        .build()
}

"""Drives a running simulator with boto3 and holds it against botocore's service model.

    python boto3_check.py http://127.0.0.1:PORT

Fails when a response has a member the model doesn't know or of the wrong type, lacks a required
one, or when a member of the CreateTrainingJob model is refused. Ends with `N passed, N failed`.
"""

import contextlib
import datetime
import json
import os
import sys
import time
import urllib.request

for variable in list(os.environ):
    # Settings of the machine must not reach the client: the simulator is plain HTTP on loopback.
    if variable.startswith("AWS_") or variable.lower().endswith("_proxy") or "CA_BUNDLE" in variable:
        del os.environ[variable]

import boto3
import botocore
import botocore.config
import botocore.exceptions

import shapes
from shapes import ACCOUNT, REGION, ROLE

WORKLOAD = {"starting": 0.2, "downloading": 0.2, "training": 0.6, "uploading": 0.2, "stopping": 0.2}

# Members that exclude others: each group is one request that names all but these.
GROUPS = {
    "spot": [
        "ServerlessJobConfig", "AlgorithmName", "InstanceGroups", "InstancePreferences",
        "KeepAlivePeriodInSeconds",
    ],
    "on-demand": [
        "ServerlessJobConfig", "TrainingImage", "InstanceGroups", "InstancePreferences",
        "EnableManagedSpotTraining", "MaxWaitTimeInSeconds",
    ],
    "groups": [
        "ServerlessJobConfig", "AlgorithmName", "ResourceConfig.InstanceType",
        "ResourceConfig.InstanceCount", "InstancePreferences", "KeepAlivePeriodInSeconds",
    ],
    "preferences": [
        "ServerlessJobConfig", "AlgorithmName", "ResourceConfig.InstanceType",
        "ResourceConfig.InstanceCount", "InstanceGroups", "InstancePlacementConfig",
        "EnableManagedSpotTraining", "MaxWaitTimeInSeconds",
    ],
    "serverless": [
        "EnableManagedSpotTraining", "MaxWaitTimeInSeconds", "AlgorithmSpecification",
        "Environment", "RetryStrategy", "CheckpointConfig", "DebugHookConfig", "ExperimentConfig",
        "ProfilerConfig", "ProfilerRuleConfigurations", "TensorBoardOutputConfig",
        "InstanceGroups", "InstancePreferences",
    ],
}


class Results:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, holds, detail=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}: {detail}")

    @contextlib.contextmanager
    def succeeds(self, what):
        """One check that what is inside raises nothing."""
        try:
            yield
            self.check(what, True)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            self.check(what, False, error)

    def refused(self, what, code, text, call):
        try:
            call()
            self.check(what, False, "was accepted")
        except botocore.exceptions.ClientError as error:
            got = error.response["Error"]
            holds = got["Code"] == code and text in got["Message"]
            self.check(what, holds, f"{got['Code']}: {got['Message']}")


class Check:
    def __init__(self, url):
        self.url = url
        self.results = Results()
        self.sagemaker = self.client("sagemaker")
        self.model = self.sagemaker.meta.service_model
        self.sagemaker.meta.events.register("before-parse.sagemaker", self.hold_against_model)

    def client(self, service, key=f"AKIASIM{ACCOUNT}", region=REGION, token=None, **config):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="any",
            aws_session_token=token,
            config=botocore.config.Config(retries={"max_attempts": 0}, **config),
        )

    def hold_against_model(self, operation_model, response_dict, **_):
        """Every successful response of every call, before botocore drops what it doesn't know."""
        name, body = operation_model.name, response_dict["body"]
        headers = response_dict["headers"]
        self.results.check(f"{name}: request id", "x-amzn-RequestId" in headers, dict(headers))
        content = headers.get("Content-Type")
        self.results.check(f"{name}: type", content == "application/x-amz-json-1.1", content)
        if response_dict["status_code"] != 200:
            return
        output = operation_model.output_shape
        if output is None:
            self.results.check(f"{name}: body", body == b"", body)
        else:
            found = shapes.defects(output, json.loads(body), name)
            self.results.check(f"{name}: response", not found, "; ".join(found))

    def control(self, method, command, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_simulator/{command}", data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as reply:
            return json.load(reply)

    def request(self, name, **workload):
        return {
            "TrainingJobName": name,
            "AlgorithmSpecification": {
                "TrainingImage": "image:1",
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*)"}],
            },
            "RoleArn": ROLE,
            "HyperParameters": {"simulator": json.dumps(WORKLOAD | workload)},
            "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
            "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 9},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 1200},
            "EnableManagedSpotTraining": True,
            "CheckpointConfig": {"S3Uri": "s3://bucket/checkpoints"},
            "Tags": [{"Key": "team", "Value": "vision"}],
        }

    def until(self, name, *statuses):
        """Describes a job until its status is one of these; every answer is checked on the way."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            job = self.sagemaker.describe_training_job(TrainingJobName=name)
            if job["TrainingJobStatus"] in statuses:
                return job
            time.sleep(0.1)
        raise SystemExit(f"{name} is {job['TrainingJobStatus']} after 30 s")

    def every_request_member(self):
        shape = self.model.operation_model("CreateTrainingJob").input_shape
        missing = set(shapes.member_paths(shape))
        for group, without in GROUPS.items():
            request = shapes.example(shape, ["CreateTrainingJobRequest"], without)
            request |= {"TrainingJobName": f"members-{group}"}
            missing -= set(shapes.given_paths(request))
            with self.results.succeeds(f"members: {group}"):
                self.sagemaker.create_training_job(**request)
                self.sagemaker.describe_training_job(TrainingJobName=f"members-{group}")
        # Read-only in the model's description: known, but in no sensible request.
        missing = {path for path in missing if not path[-1].startswith("Selected")}
        self.results.check("every member was named", not missing, sorted(missing))

    def life_cycle(self):
        results, sagemaker = self.results, self.sagemaker
        with results.succeeds("create"):
            sagemaker.create_training_job(**self.request("life", interruptAfter=[0.3], gap=0.2))
        job = self.until("life", "Completed", "Failed", "Stopped")
        history = [entry["Status"] for entry in job["SecondaryStatusTransitions"]]
        run = ["Starting", "Downloading", "Training"]
        expected = [*run, "Interrupted", *run, "Uploading", "Completed"]
        results.check("history", history == expected, history)
        moment = job["CreationTime"]
        fresh = abs(datetime.datetime.now(moment.tzinfo) - moment) < datetime.timedelta(minutes=1)
        results.check("times are wall-clock times", fresh, moment)
        results.check("metrics", job["FinalMetricDataList"][0]["MetricName"] == "loss", job)
        for name, workload in {"bad": {"end": "Failed"}, "starved": {"end": "Starve"}}.items():
            sagemaker.create_training_job(**self.request(name, **workload))
        job = self.until("bad", "Failed")
        results.check("reason", job["FailureReason"].startswith("AlgorithmError"), job)
        sagemaker.stop_training_job(TrainingJobName="starved")
        job = self.until("starved", "Stopped")
        results.check("never trained", "TrainingTimeInSeconds" not in job, job)
        results.refused(
            "stop of a stopped job", "ValidationException", "training job is in status Stopped",
            lambda: sagemaker.stop_training_job(TrainingJobName="starved"),
        )

    def lists_and_tags(self):
        results, sagemaker = self.results, self.sagemaker
        pages = sagemaker.get_paginator("list_training_jobs").paginate(
            SortBy="Name", SortOrder="Descending", PaginationConfig={"PageSize": 3}
        )
        names = [job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]]
        results.check("pages", names == sorted(set(names), reverse=True) and len(names) >= 8, names)
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        jobs = sagemaker.list_training_jobs(CreationTimeAfter=later)["TrainingJobSummaries"]
        results.check("time filter", jobs == [], jobs)
        arn = sagemaker.describe_training_job(TrainingJobName="life")["TrainingJobArn"]
        added = sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "cost", "Value": "7"}])["Tags"]
        tags = sagemaker.list_tags(ResourceArn=arn)["Tags"]
        results.check("tags", tags == added and len(tags) == 2, tags)

    def errors(self):
        results, sagemaker = self.results, self.sagemaker
        request = self.request("life")
        results.refused(
            "same name", "ResourceInUse", "already exists (arn:aws:sagemaker:",
            lambda: sagemaker.create_training_job(**request),
        )
        try:
            sagemaker.create_training_job(**request)
        except sagemaker.exceptions.ResourceInUse:
            results.check("modelled exception", True)
        except botocore.exceptions.ClientError as error:
            results.check("modelled exception", False, error)
        results.refused(
            "unknown job", "ValidationException", "Requested resource not found.",
            lambda: sagemaker.describe_training_job(TrainingJobName="nobody"),
        )
        raw = self.client("sagemaker", parameter_validation=False)
        results.refused(
            "missing member", "ValidationException", "Value null at 'roleArn'",
            lambda: raw.create_training_job(TrainingJobName="x", OutputDataConfig={"S3OutputPath": "s3://b"}),
        )
        unsigned = self.client("sagemaker", signature_version=botocore.UNSIGNED)
        results.refused(
            "no signature", "MissingAuthenticationTokenException", "", unsigned.list_training_jobs
        )
        faults = {
            "throttle": "ThrottlingException", "error500": "InternalFailure",
            "expired": "ExpiredTokenException", "denied": "AccessDeniedException",
            "invalid-credentials": "UnrecognizedClientException",
            "not-found": "ValidationException", "quota": "ResourceLimitExceeded",
        }
        for kind, code in faults.items():
            self.control("POST", "faults", {"operation": "*", "kind": kind})
            results.refused(kind, code, "", sagemaker.list_training_jobs)
        self.control("POST", "faults", {"operation": "*", "kind": "lost"})
        try:
            sagemaker.list_training_jobs()
            results.check("lost reply", False, "got one")
        except botocore.exceptions.ConnectionClosedError:
            results.check("lost reply", True)

    def identity(self):
        results = self.results
        with results.succeeds("identity"):
            identity = self.client("sts").get_caller_identity()
            results.check("account", identity["Account"] == ACCOUNT, identity)
        other = self.client("sts", key="AKIAANY").get_caller_identity()["Account"]
        results.check("default account", other == "123456789012", other)
        self.control("POST", "faults", {"operation": "GetCallerIdentity", "kind": "expired"})
        results.refused("expired token", "ExpiredToken", "", self.client("sts").get_caller_identity)
        self.role_sessions()
        jobs = self.client("sagemaker", region="us-east-1").list_training_jobs()
        results.check("regions are apart", jobs["TrainingJobSummaries"] == [], jobs)

    def role_sessions(self):
        """Credentials of both ways to assume a role, used in a call."""
        results, sts = self.results, self.client("sts")
        role = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/operator", "RoleSessionName": "check"}
        unsigned = self.client("sts", signature_version=botocore.UNSIGNED)
        sessions = {
            "role": lambda: sts.assume_role(**role),
            "web identity": lambda: unsigned.assume_role_with_web_identity(WebIdentityToken="token", **role),
        }
        for way, assume in sessions.items():
            with results.succeeds(way):
                keys = assume()["Credentials"]
                left = keys["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
                hour = datetime.timedelta(minutes=59) < left <= datetime.timedelta(hours=1)
                results.check(f"{way}: expiration", hour, left)
                session = self.client(
                    "sts", key=keys["AccessKeyId"], token=keys["SessionToken"]
                ).get_caller_identity()
                arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/operator/check"
                results.check(f"{way}: identity", session["Arn"] == arn, session)

    def deletion(self):
        results, sagemaker = self.results, self.sagemaker
        with results.succeeds("delete"):
            sagemaker.create_training_job(**self.request("deleted", deleting=0.2))
            results.refused(
                "delete of a live job", "ResourceInUse", "InProgress",
                lambda: sagemaker.delete_training_job(TrainingJobName="deleted"),
            )
            sagemaker.stop_training_job(TrainingJobName="deleted")
            self.until("deleted", "Stopped")
            sagemaker.delete_training_job(TrainingJobName="deleted")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                sagemaker.describe_training_job(TrainingJobName="deleted")
                time.sleep(0.1)
            except botocore.exceptions.ClientError:
                break
        with results.succeeds("the name is free again"):
            sagemaker.create_training_job(**self.request("deleted"))

    def run(self):
        self.control("POST", "reset", {})
        self.every_request_member()
        self.life_cycle()
        self.lists_and_tags()
        self.errors()
        self.identity()
        self.deletion()
        print(f"{self.results.passed} passed, {self.results.failed} failed")
        return 1 if self.results.failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(Check(sys.argv[1].rstrip("/")).run())

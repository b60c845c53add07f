"""Values and the shapes of botocore's service model: what is wrong with one, an example of one."""

ACCOUNT = "210987654321"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/training"

# A value for members that their constraints alone don't give.
VALUES = {
    "AlgorithmName": "own-algorithm",
    "AuthConfigArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:credentials",
    "BaseModelArn": f"arn:aws:sagemaker:{REGION}:aws:hub-content/hub/Model/model",
    "DatasetArn": f"arn:aws:sagemaker:{REGION}:aws:hub-content/hub/DataSet/data",
    "FileSystemId": "fs-0123456789abcdef0",
    "MlflowResourceArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:mlflow-tracking-server/m",
    "ModelPackageGroupArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package-group/group",
    "RoleArn": ROLE,
    "SequenceLength": "4K",
    "SourceModelPackageArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/group/1",
    "TrainingPlanArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-plan/plan-of-enough-length",
    "TrainingRepositoryCredentialsProviderArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f",
    "MaxRuntimeInSeconds": 600,
    "MaxWaitTimeInSeconds": 1200,
    "InstanceCount": 1,
}
VALUES["TrainingPlanArns"] = VALUES["TrainingPlanArn"]


def defects(shape, value, path):
    """What is wrong with a decoded JSON value of a shape."""
    kinds = {
        "string": str, "boolean": bool, "integer": int, "long": int, "float": (int, float),
        "timestamp": (int, float), "structure": dict, "map": dict, "list": list,
    }
    if not isinstance(value, kinds[shape.type_name]) or (
        isinstance(value, bool) and shape.type_name != "boolean"
    ):
        return [f"{path}: {value!r} is no {shape.type_name}"]
    found = []
    if shape.type_name == "structure":
        found += [f"{path}.{name}: missing" for name in shape.required_members if name not in value]
        for name, member in value.items():
            if name in shape.members:
                found += defects(shape.members[name], member, f"{path}.{name}")
            else:
                found.append(f"{path}.{name}: unknown")
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            found += defects(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "map":
        for key, item in value.items():
            found += defects(shape.value, item, f"{path}[{key}]")
    elif shape.type_name == "string":
        enum = shape.metadata.get("enum")
        if enum and value not in enum:
            found.append(f"{path}: {value!r} is not in the enum")
    elif shape.type_name in ("integer", "long"):
        if value < shape.metadata.get("min", value):
            found.append(f"{path}: {value} is below the minimum")
    return found


def example(shape, path, without):
    """A value that names every member of a shape, but those of a list of names or paths."""
    name = path[-1]
    if shape.type_name == "structure":
        members = {}
        for member, inner in shape.members.items():
            dotted = f"{name}.{member}"
            if member not in without and dotted not in without and not member.startswith("Selected"):
                members[member] = example(inner, [*path, member], without)
        return members
    if shape.type_name == "list":
        return [example(shape.member, path, without)]
    if shape.type_name == "map":
        return {"key": example(shape.value, [*path, "value"], without)}
    if shape.type_name == "boolean":
        return True
    if name in VALUES:
        return VALUES[name]
    if shape.type_name in ("integer", "long"):
        return max(1, shape.metadata.get("min", 1))
    if "enum" in shape.metadata:
        return shape.metadata["enum"][0]
    if "s3" in shape.metadata.get("pattern", ""):
        return "s3://bucket/prefix"
    return "x" * max(1, shape.metadata.get("min", 1))


def member_paths(shape, path=()):
    """Every member at every level."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield (*path, name)
            yield from member_paths(member, (*path, name))
    elif shape.type_name == "list":
        yield from member_paths(shape.member, path)


def given_paths(value, path=()):
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name)
            yield from given_paths(member, (*path, name))
    elif isinstance(value, list):
        for item in value:
            yield from given_paths(item, path)

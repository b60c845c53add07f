"""Writes sagemaker.json: the shapes of the simulated operations, from botocore's service model.

Shapes only (members, required, types, enum, bounds, patterns), no documentation.

    python extract.py            write sagemaker.json beside this file
    python extract.py --check    exit 1 unless sagemaker.json is what the installed botocore gives

The botocore version is pinned in ../check/requirements.txt.
"""

import json
import pathlib
import sys

import botocore
import botocore.session

OPERATIONS = [
    "AddTags",
    "CreateTrainingJob",
    "DeleteTrainingJob",
    "DescribeTrainingJob",
    "ListTags",
    "ListTrainingJobs",
    "StopTrainingJob",
]
TARGET = pathlib.Path(__file__).with_name("sagemaker.json")


def shape_extract(shape):
    """One shape as data; references to other shapes are their names."""
    extract = {"type": shape.type_name}
    if shape.type_name == "structure":
        extract["members"] = {name: member.name for name, member in shape.members.items()}
        if shape.required_members:
            extract["required"] = shape.required_members
    elif shape.type_name == "list":
        extract["member"] = shape.member.name
    elif shape.type_name == "map":
        extract["key"] = shape.key.name
        extract["value"] = shape.value.name
    for constraint in ("enum", "min", "max", "pattern"):
        if constraint in shape.metadata:
            extract[constraint] = shape.metadata[constraint]
    return extract


def children(shape):
    if shape.type_name == "structure":
        return list(shape.members.values())
    if shape.type_name == "list":
        return [shape.member]
    if shape.type_name == "map":
        return [shape.key, shape.value]
    return []


def extract():
    service = botocore.session.get_session().get_service_model("sagemaker")
    operations, shapes, pending = {}, {}, []
    for name in OPERATIONS:
        operation = service.operation_model(name)
        entry = {"errors": [error.name for error in operation.error_shapes]}
        for side in ("input", "output"):
            shape = getattr(operation, f"{side}_shape")
            if shape is not None:
                entry[side] = shape.name
                pending.append(shape)
        operations[name] = entry
    while pending:
        shape = pending.pop()
        if shape.name not in shapes:
            shapes[shape.name] = shape_extract(shape)
            pending.extend(children(shape))
    return {
        "botocore": botocore.__version__,
        "apiVersion": service.api_version,
        "operations": operations,
        "shapes": dict(sorted(shapes.items())),
    }


def main():
    text = json.dumps(extract(), indent=1) + "\n"
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text() != text:
            sys.exit(f"{TARGET.name} is not what botocore {botocore.__version__} gives: run extract.py")
        print(f"{TARGET.name} is what botocore {botocore.__version__} gives")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        TARGET.write_text(text)


if __name__ == "__main__":
    main()

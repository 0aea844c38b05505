"""Where a partner is told of stories, as people write it; mistakes are named by line and field."""

from newsroom.config import load
from newsroom.config.push import Email, S3Bucket, Sftp, Webhook

HEAD = "name: KRDO\npush:\n"


def partner(root, text):
    (root / "partners").mkdir(exist_ok=True)
    (root / "partners" / "krdo.yaml").write_text(HEAD + text, encoding="utf-8")
    configuration = load(root)
    return configuration, [str(problem) for problem in configuration.problems]


def test_each_kind_is_read(root):
    configuration, problems = partner(
        root,
        "  - {kind: webhook, connection: krdo_cms}\n"
        "  - {kind: sftp, connection: krdo_sftp, folder: in/coming, format: nitf}\n"
        "  - {kind: s3, connection: krdo_bucket, bucket: krdo-news, prefix: wire/}\n"
        "  - {kind: email, connection: smtp_default, to: [desk@krdo.example]}\n",
    )
    assert problems == []
    kinds = [type(target) for target in configuration.partners["krdo"].push]
    assert kinds == [Webhook, Sftp, S3Bucket, Email]
    assert [target.id for target in configuration.partners["krdo"].push] == ["webhook", "sftp", "s3", "email"]


def test_every_mistake_is_named(root):
    _, problems = partner(
        root,
        "  - {kind: webhok, connection: krdo_cms}\n"
        "  - {kind: webhook, url: https://cms.krdo.example/}\n"
        "  - {kind: email, connection: smtp_default, to: ['a@b.example\\nBcc: c@d.example']}\n",
    )
    told = "\n".join(problems)
    assert "partners/krdo.yaml:3: push[0].kind: saw 'webhok'; wanted one of 'webhook', 'sftp', 's3'" in told
    assert "partners/krdo.yaml:4: push[1].connection: saw nothing; this field is needed" in told
    assert "partners/krdo.yaml:4: push[1].url: saw 'https://cms.krdo.example/'; no such field" in told
    assert "partners/krdo.yaml:5: push[2].to[0]: saw " in told


def test_two_targets_of_one_kind_need_names(root):
    _, problems = partner(
        root,
        "  - {kind: webhook, connection: krdo_cms}\n  - {kind: webhook, connection: krdo_app, id: webhook}\n",
    )
    wanted = "wanted another id: an earlier one of this list has it"
    assert problems == [f"partners/krdo.yaml:4: push[1].id: saw 'webhook'; {wanted}"]

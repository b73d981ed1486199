"""Check what a comparison of two versions requires: one protocol, a champion, none rolled back."""

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.model_versions import ModelVersions

#: Tags: what was decided of a version, and, of a version or the model, the protocol it was decided
#: on.
DECISION, PROTOCOL = "promotion.decision", "promotion.protocol"

#: What `DECISION` says of a version that was taken back.
ROLLED_BACK = "rolled back"

#: Least characters by which a digest is named.
NAMED_BY = 12


def check_protocol(versions: ModelVersions, digest: str, named: str | None) -> None:
    """Hold promotions to one protocol: the first one made, or one that is named on purpose.

    Parameters
    ----------
    versions : ModelVersions
        Its registered model keeps the digest as a tag.
    digest : str
        Of the protocol at hand.
    named : str or None
        How its digest begins, to take it for the protocol from now on.

    Raises
    ------
    UserError
        When promotions have been made on another one, and it is not named.
    """
    known = versions.client.get_registered_model(versions.name).tags.get(PROTOCOL)
    if named is not None:
        if len(named) < NAMED_BY or not digest.startswith(named):
            rule = f"{named[:80]!r} is not how the digest of these recordings begins: "
            way_out = f"name {NAMED_BY} characters of it or more"
            raise UserError("promotion.protocol", rule + digest[:NAMED_BY], way_out)
    elif known not in (None, digest):
        rule = f"digest {digest[:NAMED_BY]}, the promotions before were made on {known[:NAMED_BY]}"
        way_out = f"restore those recordings, or set promotion.protocol={digest[:NAMED_BY]}"
        raise UserError("promotion.records", rule, way_out)
    versions.client.set_registered_model_tag(versions.name, PROTOCOL, digest)


def check_comparable(versions: ModelVersions, version: str, champion: str) -> None:
    """Refuse a comparison without champion, and of a version that was champion.

    Parameters
    ----------
    versions : ModelVersions
    version, champion : str
        Numbers; ``""`` where there is no champion.

    Raises
    ------
    UserError
        When there is no champion, or the version was taken back: figures had not shown why.
    """
    way_out = "set promotion.force=true and a reason"
    if not champion:
        rule = f"no version of {versions.name} has the alias {versions.config.alias}"
        raise UserError("tracking.alias", rule, way_out)
    if versions.read_tags(version).get(DECISION) == ROLLED_BACK:
        raise UserError("promotion.challenger", f"version {version} was rolled back", way_out)

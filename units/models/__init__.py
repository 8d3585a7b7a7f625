"""Who and where: areas over time, bodies, units and clusters, people and their postings, import batches."""

from units.models.areas import Area, AreaSuccession
from units.models.attachments import Attachment
from units.models.bodies import Body
from units.models.clusters import Cluster, ClusterMember, ClusterStanding
from units.models.existence import AsOf
from units.models.imports import ImportBatch, KnownHeads, Upload, UploadBlock
from units.models.people import Posting, User
from units.models.reorganisations import (
    Destination,
    ReadingOnly,
    Reorganisation,
    ReorganisationLine,
    ReorganisationStep,
)
from units.models.scoped import (
    AreaRecord,
    AreaRecordQuerySet,
    PartRecord,
    PartRecordQuerySet,
    VoidableRecord,
    VoidableRecordQuerySet,
)
from units.models.teams import Placement, Unit, UnitKind

__all__ = [
    "Area",
    "AreaRecord",
    "AreaRecordQuerySet",
    "AreaSuccession",
    "AsOf",
    "Attachment",
    "Body",
    "Cluster",
    "ClusterMember",
    "ClusterStanding",
    "Destination",
    "ImportBatch",
    "KnownHeads",
    "PartRecord",
    "PartRecordQuerySet",
    "Placement",
    "Posting",
    "ReadingOnly",
    "Reorganisation",
    "ReorganisationLine",
    "ReorganisationStep",
    "Unit",
    "UnitKind",
    "Upload",
    "UploadBlock",
    "User",
    "VoidableRecord",
    "VoidableRecordQuerySet",
]

from reviews.models.acts import Act, ActEditor, Opinion
from reviews.models.annual_list import (
    AnnualList,
    ComponentFunding,
    Determination,
    DeterminedApplication,
    ListProject,
    ListVersion,
    VersionProject,
    VersionYear,
    YearPlan,
)
from reviews.models.dispositions import Condition, Disposition, DispositionMoney
from reviews.models.endings import EndRequest
from reviews.models.imports import ImportFile
from reviews.models.intake import CorrectionItem, CorrectionRequest, Intake
from reviews.models.requests import CapabilityRequest
from reviews.models.screening import (
    CellResult,
    Cluster,
    ClusterMember,
    Finding,
    PairVerdict,
    Screening,
    ScreeningChunk,
    TextVector,
)
from reviews.models.weights import MatchWeights

__all__ = [
    "Act",
    "ActEditor",
    "AnnualList",
    "CapabilityRequest",
    "CellResult",
    "Cluster",
    "ClusterMember",
    "ComponentFunding",
    "Condition",
    "CorrectionItem",
    "CorrectionRequest",
    "Determination",
    "DeterminedApplication",
    "Disposition",
    "DispositionMoney",
    "EndRequest",
    "Finding",
    "ImportFile",
    "Intake",
    "ListProject",
    "ListVersion",
    "MatchWeights",
    "Opinion",
    "PairVerdict",
    "Screening",
    "ScreeningChunk",
    "TextVector",
    "VersionProject",
    "VersionYear",
    "YearPlan",
]

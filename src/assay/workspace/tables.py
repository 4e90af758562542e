"""All tables of a workspace, imported in one place so that the metadata is whole."""

from assay.model.plan import SamplingPlan
from assay.model.review import Answer, Draft, Review
from assay.model.rubric import Rubric
from assay.model.sample import Draw, SampleItem, TraceCopy
from assay.model.settings import Remembered
from assay.model.source import Pull, Source

TABLES = (Rubric, SamplingPlan, Draw, SampleItem, TraceCopy, Review, Answer, Draft, Remembered, Source, Pull)

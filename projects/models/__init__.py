from projects.models.application import Application
from projects.models.edits import LineEdit
from projects.models.line import Line, LineBase, LineData, LineSource
from projects.models.papers import ApplicationBasis, ApplicationSection, ApplicationSystem, Attachment
from projects.models.project import Component, Participant, Project

__all__ = [
    "Application",
    "ApplicationBasis",
    "ApplicationSection",
    "ApplicationSystem",
    "Attachment",
    "Component",
    "Line",
    "LineBase",
    "LineData",
    "LineEdit",
    "LineSource",
    "Participant",
    "Project",
]

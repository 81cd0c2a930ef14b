"""The roles a person can hold in a group (the Bahasa terms are in the glossary)."""

from enum import StrEnum


class Role(StrEnum):
    TEACHER = "teacher"  # guru
    FACILITATOR = "facilitator"  # fasilitator
    COACH = "coach"
    MENTOR = "mentor"
    COURSE_FACILITATOR = "course_facilitator"  # pengampu
    PRINCIPAL = "principal"  # kepala sekolah
    AGENCY = "agency"  # Dinas

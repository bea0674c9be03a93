"""Who may open which page. A page that is not named here opens for nobody."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.clinic.people.models import Role

ANYONE: frozenset[str] = frozenset({"anyone"})
SIGNED_IN = frozenset(Role.values)
FRONT_DESK, PRACTITIONER, LEAD, ADMIN = Role.FRONT_DESK, Role.PRACTITIONER, Role.MEDICAL_LEAD, Role.ADMIN
STAFF = frozenset({FRONT_DESK, PRACTITIONER, LEAD, ADMIN})
CLINICAL = frozenset({PRACTITIONER, LEAD})
BOOKING = frozenset({FRONT_DESK, PRACTITIONER, LEAD})
READING = frozenset({FRONT_DESK, PRACTITIONER, LEAD})
LEADING = frozenset({LEAD})
RUNNING = frozenset({LEAD, ADMIN})
PATIENT = frozenset({Role.PATIENT})

PERMISSIONS: Mapping[str, frozenset[str]] = {
    # sign-in, of allauth and our own
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
    "account_signup": frozenset(),
    "account_inactive": ANYONE,
    "account_confirm_login_code": frozenset(),
    "account_email": frozenset(),
    "account_email_verification_sent": frozenset(),
    "account_confirm_email": frozenset(),
    # accounts: second factors, of allauth and our own
    "account_sessions": SIGNED_IN,
    "staff_factors_reset": RUNNING,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": ANYONE,
    "mfa_login_webauthn": ANYONE,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "speak": ANYONE,
    "theme": ANYONE,
    "mark": ANYONE,
    "healthy": ANYONE,
    # overview
    "today": STAFF,
    "alerts": CLINICAL,
    "reviews": CLINICAL,
    "outcomes": frozenset({PRACTITIONER, LEAD, ADMIN}),
    "outcomes_csv": RUNNING,
    "maintenance": BOOKING,
    "clinic_settings": RUNNING,
    "scalp_settings": RUNNING,
    "clinic_staff": RUNNING,
    "switch_clinic": SIGNED_IN,
    "components": STAFF,
    # api: it asks for a token itself, of every operation
    "api": ANYONE,
    "doubled_slash": ANYONE,
    # cds: what is offered is told to anyone; the rest asks for a token itself
    "cds_services": ANYONE,
    "cds_services_with_slash": ANYONE,
    "cds_service": ANYONE,
    "cds_feedback": ANYONE,
    "api_tokens": RUNNING,
    # smart: who asks for tokens proves who it is with every request
    "smart_configuration": ANYONE,
    "smart_configuration_at_root": ANYONE,
    "smart_authorize": SIGNED_IN,
    "smart_token": ANYONE,
    "smart_revoke": ANYONE,
    "smart_introspect": ANYONE,
    "smart_mine": SIGNED_IN,
    "smart_apps": RUNNING,
    # people
    "patients": READING,
    "patient_search": READING,
    "patient_new": BOOKING,
    "patient": READING,
    "patient_edit": BOOKING,
    "area_new": CLINICAL,
    "course_new": CLINICAL,
    "course": READING,
    "course_close": CLINICAL,
    "course_reopen": CLINICAL,
    # intake
    "assessment": CLINICAL,
    "assessment_answer": CLINICAL,
    "assessment_sign": CLINICAL,
    "assessment_signed": CLINICAL,
    "assessment_override": LEADING,
    "happening_new": CLINICAL,
    "happening_cancel": CLINICAL,
    "consents": CLINICAL,
    "consent_sign": CLINICAL,
    "consent_signed": CLINICAL,
    "consent_withdraw": CLINICAL,
    # agenda
    "agenda": BOOKING,
    "booking": BOOKING,
    "booking_slots": BOOKING,
    "appointment_new": BOOKING,
    "appointment": BOOKING,
    "appointment_move": BOOKING,
    "appointment_state": BOOKING,
    "agenda_settings": RUNNING,
    # gallery
    "gallery": CLINICAL,
    "photograph_upload": CLINICAL,
    "photograph": CLINICAL,
    "photograph_image": CLINICAL,
    "photograph_original": CLINICAL,
    "photograph_correct": CLINICAL,
    "photograph_again": CLINICAL,
    "camera": CLINICAL,
    "camera_check": CLINICAL,
    "outline": CLINICAL,
    "outline_refine": CLINICAL,
    "landmarks": CLINICAL,
    "comparison": CLINICAL,
    "comparison_status": CLINICAL,
    "comparison_picture": CLINICAL,
    "comparison_again": CLINICAL,
    "comparison_report": CLINICAL,
    "measures": CLINICAL,
    "card": CLINICAL,
    # scalp: designs, and everything that was drawn
    "scalp": CLINICAL,
    "scalp_read": CLINICAL,
    "scalp_area": CLINICAL,
    "scalp_design_new": CLINICAL,
    "scalp_design": CLINICAL,
    "scalp_design_status": CLINICAL,
    "scalp_design_choose": CLINICAL,
    "scalp_design_file": CLINICAL,
    "scalp_design_scene": CLINICAL,
    "scalp_picture": CLINICAL,
    # treatment
    "session_new": CLINICAL,
    "session": CLINICAL,
    "session_correct": CLINICAL,
    "payment_new": BOOKING,
    "symptom_new": CLINICAL,
    "symptom_seen": CLINICAL,
    "symptom_gone": CLINICAL,
    "review": CLINICAL,
    "review_sign": CLINICAL,
    "review_signed": CLINICAL,
    "timeline": CLINICAL,
    "aftercare_sheet": CLINICAL,
    # ledger
    "stock": CLINICAL | RUNNING,
    "lot_new": CLINICAL | RUNNING,
    "lot": CLINICAL | RUNNING,
    "lot_withdraw": LEADING,
    "lot_recall_csv": RUNNING,
    "payments": frozenset({FRONT_DESK, LEAD, ADMIN}),
    # rights
    "photograph_share": CLINICAL,
    "share_end": CLINICAL | RUNNING,
    "shared_photograph": ANYONE,
    "shared_picture": ANYONE,
    "patient_rights": CLINICAL | RUNNING,
    "patient_erase": RUNNING,
    "patient_export": LEADING,
    "photograph_sets": LEADING,
    "retention": RUNNING,
    # imaging: a photograph as DICOM
    "photograph_dicom": CLINICAL,
    "photograph_archive": CLINICAL,
    # research
    "research_export": RUNNING,
    # printed: PDF of the record and of the aftercare
    "record_pdf": CLINICAL,
    "aftercare_pdf": CLINICAL,
    "me_record_pdf": PATIENT,
    "me_aftercare_pdf": PATIENT,
    # reminders
    "reminders_settings": RUNNING,
    "reminders_sent": RUNNING | {FRONT_DESK},
    "patient_reminders": BOOKING,
    "reminders_stop": ANYONE,
    # website
    "sitemap": ANYONE,
    "robots": ANYONE,
    "clinic_home": ANYONE,
    "treatment_page": ANYONE,
    "suitability": ANYONE,
    "suitability_result": ANYONE,
    "suitability_answers": ANYONE,
    "appointment_request": ANYONE,
    "requests": BOOKING,
    "asked": BOOKING,
    "asked_register": BOOKING,
    "asked_link": BOOKING,
    "asked_decline": BOOKING,
    "asked_answers": CLINICAL,
    # portal: the patient's own pages
    "me": PATIENT,
    "me_timeline": PATIENT,
    "me_measures": PATIENT,
    "me_photographs": PATIENT,
    "me_photograph": PATIENT,
    "me_picture": PATIENT,
    "me_scalp": PATIENT,
    "me_scalp_picture": PATIENT,
    "me_data": PATIENT,
    "me_forms": PATIENT,
    "me_form": PATIENT,
    "me_consent": PATIENT,
    "me_consent_signed": PATIENT,
    "me_camera": PATIENT,
    "me_camera_check": PATIENT,
    "me_symptom": PATIENT,
    "me_appointments": PATIENT,
    "me_appointment_new": PATIENT,
    "me_appointment_move": PATIENT,
    "me_appointment_cancel": PATIENT,
    "me_messages": PATIENT,
    "me_calendar": PATIENT,
    # portal: the clinic's side of it
    "calendar_feed": ANYONE,
    # calendars: what other programs fetch, and what is read from them
    "work_calendar": CLINICAL,
    "work_feed": ANYONE,
    "absence_calendar": RUNNING,
    "me_away": PATIENT,
    "portal_access": BOOKING,
    "portal_access_paper": CLINICAL,
    "portal_access_move": LEADING,
    "portal_access_remove": CLINICAL,
    "from_patients": READING,
    "patient_messages": READING,
    "portal_settings": RUNNING,
    # fhir: for programs, by token
    "fhir": ANYONE,
    "fhir_with_slash": ANYONE,
    "fhir_below": ANYONE,
    # handover
    "received": CLINICAL,
    "received_original": CLINICAL,
}


def may(role: str | None, view: str) -> bool:
    """Whether a role may open a page.

    Args:
        role: A value of ``Role``; None for who is not signed in or has no place in the clinic.
        view: The name of the page's address.
    """
    allowed = PERMISSIONS.get(view, frozenset())
    return allowed == ANYONE or (role is not None and role in allowed)

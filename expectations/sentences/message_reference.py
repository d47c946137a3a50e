"""What chian says when something is wrong, as the tables of docs/operations.md and docs/ko/operators.md."""

from collections.abc import Mapping, Sequence

from expectations.sentences import catalogue

GROUPS: Mapping[str, Sequence[str]] = {
    "The home and its settings": (
        "home_", "disk_trouble", "inbox_", "interrupted", "setting_", "status_other_agency", "argument_no_text",
        "no_memory", "output_unwritten", "unforeseen", "unforeseen_reported",
    ),
    "A cluster that forecasts are mapped over": ("cluster_",),
    "The agency folder": ("agency_", "layout_", "outline_", "toml_"),
    "The working store": (
        "warehouse_", "received_", "clock_", "rows_do_not_add_up", "unit_outside_period", "stored_rows_missing",
        "file_left",
    ),
    "Runs and what they lack": (
        "run_stopped", "run_incomplete", "run_no_days", "look_", "terms_", "month_not_covered", "newest_refused",
        "gate_file_lost", "gate_file_missed", "gate_month_refused", "gate_written_over", "gate_written_over_later",
        "nothing_run",
        "collected_growing", "collected_left_alone", "collected_stale", "collected_unreadable",
    ),
    "The publication": (
        "publication_", "publishing_failed", "nothing_published", "out_", "issue_", "issued_sums_damaged",
        "history_damaged", "rollback_none",
        "rollback_present", "rollback_damaged", "rollback_unverified", "diff_no_earlier", "diff_unknown",
        "diff_ambiguous", "withdraw_unknown", "withdraw_ambiguous", "withdraw_already", "withdraw_not_withdrawn",
        "brief_unprinted", "brief_unpictured", "briefing_unknown_district", "release_occupied", "release_no_month",
        "release_only_external", "release_overtaken", "retention_failed",
    ),
    "Queries": (
        "query_failed", "query_quote_names", "query_wrong_value",
        "query_which_format", "query_needs_file", "query_too_many_rows",
        "query_unwritable",
        "query_not_copied",
        "query_interrupted", "query_too_large", "query_too_long",
        "unknown_table",
    ),
    "The server": ("serve_", "server_", "door_", "asked_"),
    "An export is refused, or a row of it": (
        "ambiguous_", "archive_", "changed_while_reading", "check_no_", "check_unreadable", "column_count",
        "count_too_large", "count_twice", "count_twice_alike", "double_key", "empty_archive", "empty_file",
        "error_cell", "formula_without_value", "json_page", "locked_workbook", "nested_value", "no_known_key",
        "outside_scope", "part_", "no_records", "other_header", "quote_swallows_rows", "records_elsewhere",
        "export_day_not_in_name", "field_count", "header_missing", "impossible_date", "locked_archive",
        "merged_districts",
        "missing_", "negative_count", "nested_archive", "no_row_accepted", "no_rows", "not_", "nul_character",
        "outside_period", "period_", "personal_data", "replacement_character", "row_too_wide",
        "total_row", "unclosed_quote",
        "undecodable", "unknown_code", "unknown_district", "unreadable_", "unsafe_archive", "check_folder",
        "check_pipe", "file_too_", "protected_file", "workbook_memory", "workbook_too_dense",
    ),
    "A list that units keep is refused, or a row of it": ("register_",),
    "A list of crimes that may be of one hand": (
        "profile_no_series", "profile_one_cell", "profile_too_few", "profile_too_wide", "profile_which_series",
        "series_case_twice", "series_cell_unread", "series_list_or_month", "series_no_crimes", "series_no_type",
        "series_elsewhere", "series_ends_before", "series_few_solved",
        "series_in_file", "series_many", "series_no_column", "series_no_day", "series_other_grid", "series_run_going",
        "series_too_large", "series_too_many", "series_unreadable",
    ),
    "Points and cells for `chian places`": (
        "places_cell_twice", "places_months_turned", "places_months_unknown", "places_no_cells", "places_no_column",
        "places_no_corner", "places_no_count", "places_no_month", "places_no_number", "places_no_point",
        "places_no_text", "places_no_time", "places_none_inside", "places_other_grid", "places_out", "places_sides",
        "places_too_wide", "places_unreadable",
    ),
    "A plan for the teams (`chian plan`)": (
        "plan_impossible", "plan_limit", "plan_no_home", "plan_no_list", "plan_no_shift", "plan_no_team",
        "plan_no_turn", "plan_no_type", "plan_no_unit", "plan_not_listed", "plan_nothing_expected",
        "plan_nothing_in_shifts", "plan_other_month", "plan_run_going", "plan_shift_short", "plan_unit_twice",
    ),
    "The nation's tables (`chian nation`)": (
        "nation_agency_twice", "nation_busy", "nation_contradictory", "nation_folder_twice", "nation_missing",
        "nation_nobody", "nation_nothing", "nation_other_month", "nation_other_version", "nation_out_folder",
        "nation_out_name", "nation_unreadable",
    ),
}  # fmt: skip
"""Codes, or what they begin with, by the heading they stand under."""

_KOREAN: Mapping[str, str] = {
    "The home and its settings": "홈 폴더와 설정",
    "A cluster that forecasts are mapped over": "예측을 나누어 계산하는 클러스터",
    "The agency folder": "기관 폴더",
    "The working store": "작업 저장소",
    "Runs and what they lack": "실행과 아직 없는 자료",
    "The publication": "발행물",
    "Queries": "조회",
    "The server": "서버",
    "An export is refused, or a row of it": "추출 파일이나 그 행이 거부될 때",
    "A list that units keep is refused, or a row of it": "부서가 적는 목록이나 그 행이 거부될 때",
    "A list of crimes that may be of one hand": "연쇄인지 묻는 사건 목록",
    "Points and cells for `chian places`": "`chian places`의 점과 칸",
    "The nation's tables (`chian nation`)": "전국의 표(`chian nation`)",
    "A plan for the teams (`chian plan`)": "팀 배치 계획(`chian plan`)",
}


def codes_of(heading: str) -> list[str]:
    """Codes of the catalogue that stand under a heading, by name."""
    names, starts = set(GROUPS[heading]), tuple(one for one in GROUPS[heading] if one.endswith("_"))
    return sorted(code for code in catalogue() if code in names or code.startswith(starts))


def message_reference(lang: str = "en") -> str:
    """A table per heading: each message as an operator reads it, with what it is about in the place of its values."""
    parts = []
    for heading in GROUPS:
        rows = [f"| `{code}` | {_shown(catalogue()[code][lang])} |" for code in codes_of(heading)]
        title, columns = (heading, "Code | Message") if lang == "en" else (_KOREAN[heading], "코드 | 메시지")
        if rows:
            parts.append("\n".join([f"### {title}", "", f"| {columns} |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _shown(text: str) -> str:
    """A sentence with its values in angle brackets."""
    for sign, shown in (("|", "\\|"), ("<", "&lt;"), (":,}", "}"), ("{", "‹"), ("}", "›"), ("\n", " ")):
        text = text.replace(sign, shown)
    return text


if __name__ == "__main__":
    import sys

    sys.stdout.write(message_reference(*sys.argv[1:]))

"""What a check says about one cell, and the sentence for each thing it can say."""

from dataclasses import dataclass, field

from schemas.codes import Severity

Argument = str | int | float


@dataclass(frozen=True, order=True)
class Finding:
    """One thing a check says about one cell (`F14`), one range, or the whole file (both empty).

    `found` quotes what stands there; `arguments` fill the sentence of the code in `SENTENCES`.
    """

    sheet: str
    cell: str
    code: str
    severity: Severity = field(compare=False)
    found: str = field(default="", compare=False)
    arguments: dict[str, Argument] = field(default_factory=dict, compare=False)


def needs_reason(found: Finding) -> bool:
    """Return whether somebody has to say why before the values are accepted: a warning does.

    An error has to be corrected instead; a note asks for nothing.
    """
    return found.severity == Severity.WARNING


def finding(
    code: str, sheet: str = "", cell: str = "", *, found: object = "", **arguments: Argument
) -> Finding:
    """Return the finding of a known code, with the severity that the code has.

    KeyError for a code without a sentence: nobody could be told about it.
    """
    severity, _ = SENTENCES[code]
    return Finding(sheet, cell, code, severity, str(found)[:200], arguments)


E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE

SENTENCES: dict[str, tuple[Severity, str]] = {
    # The file as a whole (etl.gate, etl.workbook).
    "empty_file": (E, "The file is empty (0 bytes)."),
    "file_too_large": (
        E,
        "The file has {size} MB; at most {limit} MB can be taken. Remove pictures and sheets that are not needed, or hand it in in parts.",
    ),
    "unknown_ending": (
        E,
        "“{found}” does not end in .xlsx, .xlsm, .xls, .ods or .csv: save it in one of these formats.",
    ),
    "wrong_ending": (
        E,
        "The file is named .{named}, but its content is .{kind}. Open it in your spreadsheet program and save it again as .xlsx.",
    ),
    "not_a_spreadsheet": (
        E,
        "The content of this file is not a spreadsheet ({found}). Open it in your spreadsheet program and save it as .xlsx.",
    ),
    "password": (
        E,
        "The workbook is protected by a password. Remove the password and hand it in again.",
    ),
    "damaged_file": (
        E,
        "The file is damaged or incomplete. Open it in your spreadsheet program, save it again, and hand in the new file.",
    ),
    "no_sheets": (E, "There is no sheet in this workbook."),
    "too_many_sheets": (E, "The workbook has more than {limit} sheets. Remove those not needed."),
    "too_many_columns": (
        E,
        "Something stands in column {found}; at most {limit} columns can be read. Delete the columns to the right of the table.",
    ),
    "too_many_cells": (
        E,
        "The table reaches too far ({found}): at most {limit} cells can be read. Delete the rows and columns beyond the last value.",
    ),
    "too_many_texts": (E, "The workbook claims to have more than {limit} different texts."),
    "too_many_styles": (
        E,
        "The workbook has more than {limit} cell styles. Copy the values into a new workbook.",
    ),
    "too_much_text": (
        E,
        "The texts of this workbook are too long to be read. Hand it in in parts.",
    ),
    "format_too_long": (E, "A number format of this workbook has more than {limit} characters."),
    "too_many_parts": (E, "The file consists of more than {limit} parts, as no workbook does."),
    "inflates_too_far": (
        E,
        "Unpacked, this file would be far too large ({found}). Save it again in your spreadsheet program.",
    ),
    "unsafe_path": (E, "The file is packed in an unsafe way: a part is called “{found}”."),
    "unsafe_duplicate": (E, "The file is packed in an unsafe way: it has two parts “{found}”."),
    "unsafe_overlap": (
        E,
        "The file is packed in an unsafe way: the part “{found}” overlaps another.",
    ),
    "unsafe_method": (
        E,
        "The file is packed in a way that spreadsheet programs do not use (“{found}”). Save it again as .xlsx.",
    ),
    "unsafe_encoding": (
        E,
        "A part of the file (“{found}”) is in an encoding that spreadsheet programs do not use. Save it again as .xlsx.",
    ),
    "document_type": (
        E,
        "A part of the file (“{found}”) declares a document type, which no spreadsheet program does. Save it again as .xlsx.",
    ),
    "unreadable": (
        E,
        "The file cannot be read. Open it in your spreadsheet program, save it again as .xlsx, and hand in the new file.",
    ),
    "reading_failed": (
        E,
        "The file could not be read: it is too large, or broken inside. Save it again as .xlsx, or hand it in in parts.",
    ),
    "reading_too_slow": (
        E,
        "Reading this file takes too long. Hand it in in parts, or save it again as .xlsx.",
    ),
    "unclosed_quote": (
        E,
        "A quotation mark is opened here and never closed, so that the rest of the file is one cell. Close it, or save the table as .xlsx.",
    ),
    "no_cells": (E, "There is nothing in the cells of this workbook."),
    "macros_ignored": (N, "The workbook contains macros. They are not run."),
    "encoding_guessed": (
        N,
        "The file does not say how its letters are written; it was read as {found}. If accents look wrong, save it as CSV UTF-8 or as .xlsx.",
    ),
    "old_format": (
        W,
        "In the old .xls format errors like #REF! cannot be told from empty cells, nor 12 % from 0.12. Save it as .xlsx, or check that every value is right.",
    ),
    "hidden_sheet": (N, "This sheet is hidden. It is left out unless you choose it."),
    # What single cells hide (etl.workbook).
    "error_value": (
        W,
        "The cell shows the error {found} instead of a value. Correct the formula, or write the value.",
    ),
    "formula_without_result": (
        W,
        "The cell holds a formula whose result was not saved. Open the workbook in your spreadsheet program and save it again.",
    ),
    "not_finite": (E, "The cell holds {found}, which is not a number that can be counted."),
    "number_as_day": (
        W,
        "The cell shows a day of January or February 1900 ({found}). Most likely it holds a number with a date format: choose a number format.",
    ),
    "text_too_long": (E, "The text in this cell is longer than {limit} characters: “{found}”."),
    "control_character": (
        E,
        "The text holds control characters, which nobody can see: {found}. Type it again.",
    ),
    "reversed_text": (
        W,
        "The text holds marks that reverse the order of its letters, so that it is not what it looks like: {found}. Type it again.",
    ),
    "lost_character": (
        W,
        "A letter was lost when the file was saved: {found}. Type it again, and save as .xlsx or CSV UTF-8.",
    ),
    "invisible_character": (N, "The text holds characters that nobody can see: {found}."),
    "more_findings": (
        W,
        "There are more cells in this sheet of which the same is to be said; correct these first.",
    ),
    # Where the values are (etl.layouts) and what the cells mean (etl.parse, etl.values).
    "sheet_not_read": (
        N,
        "No table of this layout is on this sheet, so nothing was read from it.",
    ),
    "hidden_columns_read": (
        N,
        "Columns {found} are hidden. What stands in them was read like the rest.",
    ),
    "hidden_rows_read": (
        N,
        "{times} rows of the table are hidden. What stands in them was read like the rest.",
    ),
    "column_not_read": (
        N,
        "The layout does not say what the column “{found}” is, so its numbers were not read.",
    ),
    "footnote_in_header": (
        N,
        "“{found}” was read as {period}: the last digit is the mark of a footnote, as the headers beside it show.",
    ),
    "marks_without_value": (
        N,
        "A mark stands instead of a value ({found}). Such cells were read as not reported, never as zero.",
    ),
    "numbers_as_text": (
        N,
        "“{found}” is a number typed as text; it was read as {read} (cells like this: {times}).",
    ),
    "value_passed_over": (
        N,
        "“{found}” was not counted, because another column of the row has a later figure for the same thing (cells like this: {times}).",
    ),
    "unreadable_number": (
        E,
        "“{found}” cannot be read as a number. Write the number alone, and what belongs to it in a column of its own.",
    ),
    "more_unreadable": (
        E,
        "{times} more cells in column {found} cannot be read as numbers, from this one on.",
    ),
    "ambiguous_numbers": (
        E,
        "“{example}” can be {with_point:g} or {with_comma:g} (cells like this: {times}; cells of this table with a decimal point: {points}, with a decimal comma: {commas}). Write the numbers as numbers, or without a thousands mark.",
    ),
    "ambiguous_brackets": (
        E,
        "“{found}” stands in brackets (cells like this: {times}): is it below zero, or not reliable? Write it without brackets, with a minus sign where it is below zero.",
    ),
    "unknown_value_type": (
        E,
        "“{found}” is not a kind of value (cells like this: {times}): write baseline, target or actual.",
    ),
    "unreadable_period": (
        E,
        "“{found}” cannot be read as a period ({times} values). Write a year (2023), half-year (2023-S1), quarter (2023-Q2), month (2023-05), or two days.",
    ),
    "ambiguous_periods": (
        E,
        "“{found}” can mean more than one period ({times} values), and nothing in the table shows which. Write it out: 2023-05, or the first and the last day.",
    ),
    "year_start_unknown": (
        E,
        "“{found}” runs over two years ({times} values), but it is not said in which month it begins. Write the first and the last day.",
    ),
    # What a layout that nobody declared leaves open (etl.proposals).
    "layout_proposed": (
        N,
        "This kind of workbook was not known. The program worked out {times} tables by itself: please look at what it made of them.",
    ),
    "answers_remembered": (
        N,
        "This kind of workbook was answered before (“{found}”); the answers of then were used again.",
    ),
    "role_unknown": (
        E,
        "It is not clear what the column “{found}” is: figures of an indicator, or numbers that name something? Nothing was read from it.",
    ),
    "period_unknown": (
        E,
        "It is not said of which period the figures of this table are (“{found}”). Write the period above the table, or answer: a year (2023), half-year (2023-S1), quarter (2023-Q2), month (2023-05), or two days (2023-04-01/2023-09-30).",
    ),
    "period_assumed": (
        W,
        "The figures of this table were read as those of {found}, because “{source}” says so. Is that right?",
    ),
    "days_read_as_months": (
        W,
        "The header “{found}” is a day; its column was read as the month that it begins ({times} columns). Is that right?",
    ),
    "list_without_figures": (
        E,
        "This is a list, not a table of indicators: it has {times} rows of words, and no column of figures to be read.",
    ),
    "template_without_rows": (
        E,
        "This is an empty form: there are headers, but no row of figures below them. Fill it in and hand it in again.",
    ),
    "text_without_table": (
        E,
        "This is text, not a table of indicators: there are no figures in rows and columns.",
    ),
    # Our own workbooks when they come back (etl.filled).
    "template_version_unknown": (
        E,
        "This workbook was made by another version of the template ({found}; this program reads {known}). Download a new one and copy your values into it.",
    ),
    "template_mixed": (
        E,
        "Sheets of different templates are in one file ({found}). Hand in each of them as a file of its own.",
    ),
    "template_damaged": (
        E,
        "This is our template, but its hidden codes are gone, so nothing can be read. Download a new one and copy your values into it.",
    ),
    "template_project_unknown": (
        E,
        "This workbook was made for the project {found}, which the catalogue does not know (any more).",
    ),
    "template_period_missing": (
        E,
        "The period is missing: write the first and the last day for which the totals count.",
    ),
    "template_row_without_code": (
        E,
        "“{found}” stands in a row whose hidden code is gone, so nobody can tell what it counts. Move it to the row of its indicator.",
    ),
    "template_rows_gone": (
        N,
        "Rows or columns of the template were deleted; nothing is reported for them: {found}.",
    ),
    "template_beside": (N, "What stands beside the table, from here on, is not read."),
    "value_in_locked_cell": (
        E,
        "“{found}” stands in a cell that is not asked for here, or that is computed. Move it to where it belongs, or delete it.",
    ),
    "template_not_a_number": (
        E,
        "“{found}” is not a number. Write only the number, or leave the cell empty.",
    ),
    "template_number_open": (
        E,
        "“{found}” can mean {with_point:g} or {with_comma:g}. Write the number without a mark for thousands.",
    ),
    "template_not_a_date": (
        E,
        "“{found}” is not a date, or can be read as two. Write it with the month's name or as 2023-06-30.",
    ),
    "template_not_computed": (
        E,
        "The cell holds a formula whose result was not saved. Open the workbook in your spreadsheet program and save it again.",
    ),
    "template_choice_unknown": (
        E,
        "“{found}” is not in the list of this cell. Choose from the list.",
    ),
    "template_part_missing": (
        E,
        "“{found}” is only one of two numbers that belong together. Write the other one in this column, too.",
    ),
    "template_answer_and_value": (
        E,
        "“{found}” is chosen, though there is a number as well. Delete one of them.",
    ),
    "template_note_alone": (N, "This note belongs to no value and stays in the file only."),
    "register_people_not_read": (
        N,
        "Only the sheet of totals was read. The sheets about people were left out and are not kept: {found}.",
    ),
    # What the rows say (etl.check).
    "no_values": (E, "No values were found in this workbook."),
    "unknown_indicator": (
        E,
        "“{found}” is not an indicator of this programme ({times}×). Did you mean: {suggestion}?",
    ),
    "more_unknown_words": (
        E,
        "{times} more words of this column are not known either, from this one on. Answer the ones above first, or choose another role for the column.",
    ),
    "indicator_missing": (
        E,
        "This value belongs to no indicator: write the indicator's code in its row.",
    ),
    "unknown_project": (
        E,
        "“{found}” is not a project of this programme ({times}×). Did you mean: {suggestion}?",
    ),
    "unknown_place": (
        E,
        "“{found}” is not a known territory, region or country ({times}×). Did you mean: {suggestion}?",
    ),
    "place_missing": (
        E,
        "It is not said where this value was measured: write the territory in its row.",
    ),
    "place_not_of_project": (
        W,
        "The project {project} does not run in “{found}” according to the catalogue. Is the territory right?",
    ),
    "unknown_category": (
        E,
        "“{found}” is not a category of {dimension} ({times}×). The categories are: {suggestion}.",
    ),
    "unexpected_disaggregation": (
        W,
        "The indicator {indicator} is not usually broken down by {dimension}. Is this the right indicator?",
    ),
    "period_missing": (E, "This value has no period: say from which day to which day it counts."),
    "period_backwards": (E, "The period {found} ends before it begins."),
    "period_unlikely": (E, "The period {found} is too far away to be right. Is the year mistyped?"),
    "period_not_over": (
        W,
        "This is an actual value of a period that is not over yet (today is {today}). Is it a target?",
    ),
    "unit_unknown": (W, "The unit “{found}” is not known; the indicator is counted in {expected}."),
    "unit_differs": (
        E,
        "The unit “{found}” is not the indicator's: it is counted in {expected}. Persons, contacts and households are three units.",
    ),
    "unit_missing": (
        E,
        "The value “{found}” has no unit, though other rows of this workbook have one.",
    ),
    "currency_missing": (E, "The amount “{found}” has no currency: write EUR, ILS, JOD or TND."),
    "currency_unknown": (
        E,
        "“{found}” is not the code of a currency: write one such as EUR, ILS, JOD or TND.",
    ),
    "not_a_number": (E, "“{found}” is too large to be a number."),
    "negative_value": (E, "“{found}” is below zero, which this indicator cannot be."),
    "fraction_of_count": (
        W,
        "“{found}” is not a whole number, but this indicator counts whole things.",
    ),
    "share_above_100": (
        W,
        "The share is above 100 % (“{found}”): is the part larger than the whole?",
    ),
    "zero_denominator": (
        E,
        "The whole is 0 but the part is not: a share of nothing cannot be computed.",
    ),
    "score_off_scale": (
        E,
        "“{found}” is off the scale of this score, which runs from {low:g} to {high:g}.",
    ),
    "score_without_n": (
        W,
        "A mean score needs the number of people who answered (n), or it cannot be pooled.",
    ),
    "value_repeated": (
        N,
        "The same value stands {times} times (also in {cells}); it is counted once.",
    ),
    "value_contradicted": (
        E,
        "“{found}” contradicts “{other}” in {other_cell}: both say what the same indicator was in the same place and period.",
    ),
    "part_above_total": (
        E,
        "This part ({found}) is larger than the total {total:g} in {total_cell}.",
    ),
    "parts_above_total": (
        E,
        "The parts add up to {found}, more than the total {total:g} in {total_cell}, though nobody can be in two of them.",
    ),
    "periods_overlap": (
        W,
        "This period overlaps an earlier one of the same series: the two will not be added up.",
    ),
    "word_left_out": (N, "“{found}” was left out, as was answered ({times} values)."),
    "people_unit_differs": (
        W,
        "“{found}” speaks of {said}, but this indicator counts {expected} ({times} values). 380 contacts are not 380 persons.",
    ),
    "reach_differs": (
        W,
        "“{found}” and the indicator {indicator} ({name}) are about different people ({times} values): those reached directly and those reached indirectly are counted apart.",
    ),
    # What the values say of each other (etl.parts, etl.people).
    "parts_below_total": (
        N,
        "The parts add up to {found}, those not known included, but the total in {total_cell} is {total:g}: {missing:g} are in none of them.",
    ),
    "funding_below_total": (
        W,
        "The sources of funding add up to {found}, but the total in {total_cell} is {total:g}: {missing:g} are paid by none of them.",
    ),
    "shares_not_100": (
        W,
        "The shares of this whole add up to {sum:g} %, though nothing can be in two of them.",
    ),
    "share_differs_from_parts": (
        W,
        "The share is stated as {stated:g}, but {numerator:g} of {denominator:g} is {computed:g}. The share computed from the two numbers is used.",
    ),
    "share_of_the_rest": (
        W,
        "The share is stated as {stated:g}, but {numerator:g} of {denominator:g} is {computed:g}: {stated:g} is the share of the rest. Which of the two was asked for?",
    ),
    "funding_share_differs": (
        W,
        "The co-financing share is {stated:g} %, but in this workbook {own:g} of {total:g} are own money, which is {computed:g} %.",
    ),
    "share_differs_from_catalogue": (
        W,
        "The co-financing share is {stated:g} %, but by the project's budget {own:g} of {total:g} are own money, which is {computed:g} %. Is it the share of the other side?",
    ),
    "same_people_twice": (
        W,
        "The same number stands for people reached directly ({direct:g}, {other}) and indirectly ({indirect:g}, {indicator}), in {times} periods. Are they the same people?",
    ),
    "indirect_below_direct": (
        W,
        "Fewer people are reached indirectly ({indirect:g}, {indicator}) than directly ({direct:g}, {other}), in {times} periods. Have the two changed places?",
    ),
    # What the values say against their own series (etl.compare, etl.flows).
    "target_moved": (
        W,
        "The target for {day} was {before:g} (since {since}) and is now “{found}”: please say why it moved.",
    ),
    "baseline_moved": (
        W,
        "The baseline of {day} was {before:g} (since {since}) and is now “{found}”: please say why it moved.",
    ),
    "target_postponed": (
        W,
        "The target of “{found}” was due on {before} and is now due on {day}: please say why it moved.",
    ),
    "to_date_falls": (
        W,
        "“{found}” is a figure to date, but the one of {day} was {before:g}: such a figure cannot fall.",
    ),
    "to_date_like_flow": (
        W,
        "“{found}” is said to be a figure to date, but such figures cannot fall, and these do again and again: {series}. Does each count its own period only?",
    ),
    "to_date_below_sum": (
        W,
        "“{found}” is said to be a figure to date, but the single periods add up to {sum:g} already: {series}. Does it count its own period only?",
    ),
    "flow_like_running_sum": (
        W,
        "“{found}” is said to count its own period only, but the periods before add up to {sum:g}: {series}. Is it a figure to date?",
    ),
    "flow_never_falls": (
        W,
        "These {times} values are said to count their own period only, but they never fall, and at times stand still: {series}. Are they figures to date?",
    ),
    "flow_after_to_date": (
        W,
        "“{found}” is said to count its own period only, but the figures before are to date and came to {before:g}: {series}. Is this one to date, too?",
    ),
    "value_far_from_series": (
        W,
        "“{found}” is far from the earlier values of this series ({series}); {median:g} would be in their middle. Is it right?",
    ),
    "value_copied": (
        W,
        "The same value stands in {times} periods, one after the other: {series}. Was it copied?",
    ),
    "period_copied": (
        W,
        "All {times} values of this period are those of the period before, which ended on {before}. Were they copied?",
    ),
    "expenditure_above_budget": (
        W,
        "With “{found}” the expenditure comes to {sum:g} {currency}, more than the project's budget of {budget:g} {currency}.",
    ),
    # The workbook as a whole (etl.intake).
    "programme_assumed": (
        N,
        "The workbook does not say which programme it belongs to; it was compared with {found}.",
    ),
    "programme_unknown": (
        E,
        "It is not clear which programme this workbook belongs to: choose the programme and hand it in again.",
    ),
    "layout_unknown": (
        E,
        "This workbook is neither our template nor of a layout that is known yet, so nothing was read from it.",
    ),
    "personal_data": (
        E,
        "The column “{header}” seems to hold data about persons ({kind}). Only totals may be handed in: remove the column. The file was not kept.",
    ),
    # Who hands in (etl.store).
    "not_yours": (E, "{found}, {place}: this is not among what you report for."),
    # Decisions (etl.store, etl.decisions).
    "submission_unknown": (E, "There is no submission {found} whose workbook is kept."),
    "job_failed": (
        E,
        "The work was not finished because of an error of ours; it is in the log, under {reference}.",
    ),
    "report_without_subject": (
        E,
        "“{found}” is not in the catalogue any more: choose again what the report is on.",
    ),
    "job_given_up": (E, "The work was begun {count} times and never finished."),
    "submission_not_ready": (
        E,
        "Submission {found} cannot be accepted: it has errors or was decided on already.",
    ),
    "submission_not_accepted": (E, "Submission {found} cannot be withdrawn: it is not accepted."),
    "submission_not_withdrawn": (
        E,
        "Submission {found} cannot be reinstated: it was not withdrawn.",
    ),
    "submission_decided": (
        E,
        "Submission {found} was decided on already: its answers can no longer be changed.",
    ),
    "submission_is_own": (
        E,
        "Submission {found} is your own: somebody else has to accept it.",
    ),
    "decided_meanwhile": (
        E,
        "Nothing was decided about submission {found}: values of the same slices were decided on meanwhile (submissions {others}). Look at the comparison as it is now.",
    ),
    "nothing_left_to_accept": (
        E,
        "Nothing of submission {found} is left to accept: return it instead.",
    ),
    "value_does_not_count": (E, "Value {found} does not count any more: there is a newer one."),
    "submission_not_returnable": (
        E,
        "Submission {found} cannot be returned: it was decided on already.",
    ),
    "warning_unknown": (E, "There is no such warning in submission {found}."),
    # Methods of evaluation and their inputs (schemas.evaluation).
    "figure_missing": (E, "A number is missing: nothing was reported, or it is not published."),
    "figure_bounded": (
        E,
        "A figure that is only known as “at least” or “at most” ({found}) cannot be computed with.",
    ),
    "sample_too_small": (
        E,
        "There are only {value} answers; at least {limit} are needed, before and after.",
    ),
    "events_too_few": (
        E,
        "Only {value} answers are of one kind (yes, or no); at least {limit} are needed each time.",
    ),
    "count_impossible": (E, "{value} of {n} people cannot have said so."),
    "sd_negative": (E, "A standard deviation cannot be below zero (here: {value})."),
    "no_spread": (E, "All values are the same, so that no margin of error can be computed."),
    "unlike_figures": (
        E,
        "Figures of different kinds are compared: only two means, two shares or two figures from records can be.",
    ),
    "not_the_same_people": (
        E,
        "The same people are said to have been asked twice, but there are {value} answers before and {n} afterwards.",
    ),
    "shares_of_the_same_people": (
        E,
        "Of the same people asked twice, two shares do not tell how many changed their answer. Give the mean change instead.",
    ),
    "level_impossible": (
        E,
        "A confidence level of {value} cannot be used: choose one from 0.8 to 0.999.",
    ),
    "range_turned": (
        E,
        "The ends of a range are in the wrong order, or the best guess is outside it (near {value}).",
    ),
    "before_not_before": (E, "The figure from before ends on {before}, which is not before {day}."),
    "periods_apart": (E, "The periods {found} and {day} have no day in common."),
    "no_common_period": (
        E,
        "The two territories have no common period before {day}, or none since.",
    ),
    "baseline_not_reported": (
        E,
        "No baseline was reported that could be compared with the latest figure.",
    ),
    "earlier_missing": (
        E,
        "It cannot be seen whether both territories went alike before: there are {value} earlier common periods, and {limit} are needed. Else somebody has to sign for it.",
    ),
    "ran_apart": (
        E,
        "The two territories ran apart already before the project (by {value} per period): comparing them would mislead.",
    ),
    "months_too_few": (
        E,
        "There are {value} months before and {n} since; at least {limit} are needed on each side.",
    ),
    "months_missing": (E, "These months are missing, or there twice: {found}."),
    "not_monthly": (E, "The period {found} is not one month."),
    "not_exact": (
        E,
        "An exact figure is needed for every month, and {month} has a range ({low} to {high}).",
    ),
    "negative_money": (E, "An amount of money cannot be below zero here ({value})."),
    "unlike_currencies": (
        E,
        "The amounts are in different currencies ({found}): convert them first.",
    ),
    "unlike_prices": (
        E,
        "The amounts are at prices of different years ({found}): bring them to the prices of one year first.",
    ),
    "divided_by_zero": (E, "This has to be more than 0, for it is divided by: {said}."),
    "round_grows": (
        E,
        "More money ({value}) was spent locally in a round than came in before it ({n}).",
    ),
    "share_impossible": (E, "A share lies between 0 and 1 (here: {value}, {said})."),
    "quantity_negative": (E, "A quantity cannot be below zero ({value})."),
    "no_years": (E, "A change has to last one year at least (here: {value})."),
    "number_too_large": (E, "A number is too large to be computed with, or too small."),
    "rate_impossible": (E, "A discount rate of {value} cannot be used."),
    "best_guess_missing": (E, "A best guess between both ends is needed here: {said}."),
    "signature_missing": (
        E,
        "Nobody has signed for the assumptions yet. The result is shown as soon as somebody does, by name.",
    ),
    "signed_otherwise": (
        E,
        "The assumptions were changed after {found} signed for them: they have to be signed again.",
    ),
    # The catalogue (etl.catalogue).
    "catalogue_not_ours": (
        E,
        "This is not a workbook of the catalogue: download it anew, and copy your changes into it.",
    ),
    "catalogue_other_database": (
        W,
        "This workbook was not downloaded from this database. It is compared with what is there now.",
    ),
    "catalogue_unknown_column": (
        E,
        "There is no column “{found}” in this table. Give it the header that it had, or delete it.",
    ),
    "catalogue_column_twice": (E, "The column “{found}” is there twice. Delete one of them."),
    "catalogue_missing_column": (E, "The column “{found}” is missing. It tells the rows apart."),
    "catalogue_no_code": (E, "This row has no {column}. Write one, or delete the row."),
    "catalogue_code_form": (
        E,
        "“{found}” cannot be a code: use up to 60 letters, digits, hyphens and dots, without blanks.",
    ),
    "catalogue_is_there": (E, "There is a row “{found}” already."),
    "catalogue_twice": (E, "“{found}” is there twice, the first time in row {row}."),
    "catalogue_not_among": (E, "“{found}” is not among the choices: {choices}."),
    "catalogue_not_text": (
        E,
        "A text is expected here, but the cell holds {found}. Format the cell as text and type it again.",
    ),
    "catalogue_text_too_long": (E, "This text has more than {limit} characters."),
    "catalogue_not_a_number": (E, "“{found}” is not a number."),
    "catalogue_not_whole": (E, "“{found}” is not a whole number."),
    "catalogue_not_a_day": (E, "“{found}” is not a day. Write it like 2024-05-31."),
    "catalogue_not_yes_no": (E, "“{found}” is neither true nor false."),
    "catalogue_needed": (E, "{found} has no {column}; it needs one."),
    "catalogue_unknown_code": (
        E,
        "{row} names “{found}”, but there is no such row in the table {table}.",
    ),
    "catalogue_item_twice": (E, "“{found}” stands in this list twice."),
    "catalogue_no_role": (E, "“{found}”: write organisation:role, with semicolons between."),
    "catalogue_circle": (E, "This row leads back to itself by “{found}”."),
    "catalogue_below_one": (E, "{found} is too small: it has to be 1 at least."),
    "catalogue_below_threshold": (
        E,
        "The threshold for sensitive groups ({found}) cannot be lower than the other one.",
    ),
    "catalogue_no_currency": (E, "“{found}” is not a currency code of three capital letters."),
    "catalogue_not_positive": (E, "{found} has to be more than 0."),
    "catalogue_negative": (E, "{found} has to be 0 at least."),
    "catalogue_only_countries_are_roots": (
        E,
        "A country lies in no other place (here: “{found}”); every other place needs the one around it.",
    ),
    "catalogue_not_on_earth": (E, "There is no such place on earth: {column} {found}."),
    "catalogue_ends_first": (E, "“{found}” is before the beginning."),
    "catalogue_due_first": (E, "The due day {found} is before the end of the period."),
    "catalogue_above_budget": (E, "The own contribution ({found}) is more than the budget."),
    "catalogue_scale": (E, "The upper end of the scale ({found}) is not above its lower end."),
    "catalogue_ratio_parts": (
        E,
        "A ratio needs {column}; other indicators have none (here: “{found}”).",
    ),
    "catalogue_decimals": (E, "{found} decimals cannot be shown; use 0 to 6."),
    "catalogue_rests_on": (
        E,
        "“{found}” does not count people of the same programme, so that nothing can rest on it.",
    ),
    "catalogue_other_programme": (
        E,
        "The indicator {found} and the project {project} belong to different programmes.",
    ),
    "catalogue_not_its_dimension": (
        E,
        "{found}: the indicator {indicator} is not asked by this disaggregation. Add it there first.",
    ),
    "catalogue_word_twice": (
        E,
        "“{found}” already means {row} in this list; nobody could tell which is meant.",
    ),
    "catalogue_fixed": (
        E,
        "{column} cannot be changed any more: values were reported by it (it was {found}).",
    ),
    "catalogue_in_use": (
        E,
        "{found} cannot be removed: values, roles or decisions refer to it.",
    ),
    "catalogue_changed_meanwhile": (
        E,
        "{found}: somebody else changed {column} meanwhile. Download the catalogue again and look at both.",
    ),
    "catalogue_will_end": (
        N,
        "{found} is not removed, because something rests on it: it is marked as ended.",
    ),
    "catalogue_language_missing": (
        W,
        "{found}: {column} is missing in {languages}. Readers of these languages see English.",
    ),
    "catalogue_threshold_lowered": (
        W,
        "The threshold falls from {before} to {found}: smaller counts that come from now on will be public. What is withheld already stays so.",
    ),
}
"Per code: its severity and its sentence in English, the source language of `data/words/`."

SINGULAR: dict[str, str] = {
    "hidden_rows_read": "{times} row of the table is hidden. What stands in it was read like the rest.",
    "more_unreadable": "{times} more cell in column {found} cannot be read as a number: this one.",
    "unreadable_period": "“{found}” cannot be read as a period ({times} value). Write a year (2023), half-year (2023-S1), quarter (2023-Q2), month (2023-05), or two days.",
    "ambiguous_periods": "“{found}” can mean more than one period ({times} value), and nothing in the table shows which. Write it out: 2023-05, or the first and the last day.",
    "year_start_unknown": "“{found}” runs over two years ({times} value), but it is not said in which month it begins. Write the first and the last day.",
    "layout_proposed": "This kind of workbook was not known. The program worked out {times} table by itself: please look at what it made of it.",
    "list_without_figures": "This is a list, not a table of indicators: it has {times} row of words, and no column of figures to be read.",
    "more_unknown_words": "{times} more word of this column is not known either: this one. Answer the ones above first, or choose another role for the column.",
    "value_repeated": "The same value stands {times} time (also in {cells}); it is counted once.",
    "word_left_out": "“{found}” was left out, as was answered ({times} value).",
    "people_unit_differs": "“{found}” speaks of {said}, but this indicator counts {expected} ({times} value). 380 contacts are not 380 persons.",
    "reach_differs": "“{found}” and the indicator {indicator} ({name}) are about different people ({times} value): those reached directly and those reached indirectly are counted apart.",
    "same_people_twice": "The same number stands for people reached directly ({direct:g}, {other}) and indirectly ({indirect:g}, {indicator}), in {times} period. Are they the same people?",
    "indirect_below_direct": "Fewer people are reached indirectly ({indirect:g}, {indicator}) than directly ({direct:g}, {other}), in {times} period. Have the two changed places?",
    "flow_never_falls": "This {times} value is said to count its own period only, but the series never falls, and at times stands still: {series}. Is it a figure to date?",
    "value_copied": "The same value stands in {times} period: {series}. Was it copied?",
    "period_copied": "The {times} value of this period is that of the period before, which ended on {before}. Was it copied?",
}
"Per code whose sentence counts something, {times}: the sentence for exactly one."

"""Workbooks as partners make them, in their languages and their habits; every figure is invented."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Page:
    """A sheet to be written: its rows from the cell `at` on (row and column, from 1)."""

    rows: Rows
    name: str = "Data"
    at: tuple[int, int] = (1, 1)
    merged: Sequence[str] = ()
    bold: Sequence[str] = ()
    indented: Sequence[str] = ()
    hidden_columns: Sequence[str] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    is_from_right: bool = False
    is_hidden: bool = False


def written(*pages: Page) -> bytes:
    """Return a workbook of some sheets as the bytes of an xlsx."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for page in pages:
        sheet = book.create_sheet(page.name)
        top, left = page.at
        for r, row in enumerate(page.rows, top):
            for c, cell in enumerate(row, left):
                if cell not in (None, ""):
                    sheet.cell(r, c, cell)
        for where, cell in page.beside.items():
            sheet[where] = cell
        for area in page.merged:
            sheet.merge_cells(area)
        for where in page.bold:
            sheet[where].font = Font(bold=True)
        for where in page.indented:
            sheet[where].alignment = Alignment(indent=1)
        for letters in page.hidden_columns:
            sheet.column_dimensions[letters].hidden = True
        sheet.sheet_view.rightToLeft = page.is_from_right
        sheet.sheet_state = "hidden" if page.is_hidden else "visible"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


GREEK_HALF_YEARS = Page(
    [
        ["ΔΗΜΟΣ ΙΩΑΝΝΙΤΩΝ – ΔΙΕΥΘΥΝΣΗ ΚΟΙΝΩΝΙΚΩΝ ΥΠΗΡΕΣΙΩΝ"],
        ["Παρακολούθηση δεικτών επιχειρησιακού προγράμματος"],
        [],
        [
            *("Α/Α", "Δείκτης", "Μονάδα μέτρησης"),
            *("Α' εξάμηνο 2023", None, None, "Β' εξάμηνο 2023", None, None),
        ],
        [None, None, None, *2 * ["Τιμή βάσης", "Στόχος", "Επίτευξη"]],
        [1, "Ωφελούμενοι Κέντρου Κοινότητας", "άτομα", 420, 500, 487, 420, 550, 561],
        [2, "Παιδιά σε ΚΔΑΠ", "παιδιά", 180, 200, "193", 180, 220, 205],
        [3, "Ποσοστό ανακύκλωσης", "%", "12,5", "15,0", "13,8", "12,5", "17,0", "15,2"],
        [4, "Γεύματα", "γεύματα", "14.200", "15.000", "14.870", "14.200", "15.500", "15.912"],
    ],
    name="Δείκτες",
    merged=["D4:F4", "G4:I4", "A4:A5", "B4:B5", "C4:C5"],
)

ARABIC_QUARTERS = Page(
    [
        ["تقرير متابعة المؤشرات"],
        [],
        [
            *("المؤشر", "الوحدة", "خط الأساس 2022", "المستهدف 2023"),
            *("الربع الأول 2023", "الربع الثاني 2023", "الربع الثالث 2023", "الربع الرابع 2023"),
        ],
        ["عدد المستفيدات من التدريب", "امرأة", "١٢٠", "٤٠٠", "٨٥", "١٠٢", "٩٧", "١١٠"],
        ["عدد الشباب العاملين", "شاب", "٦٠", "٢٥٠", "٤٠", "٥٥", "٦١", "٧٠"],
        ["نسبة رضا المستفيدين", "٪", "٧٠٫٥", "٨٥", "٧٢٫٥", "٧٥", "٧٨٫٣", "٨١"],
        ["قيمة القروض الصغيرة", "دينار", "١٬٢٠٠", "١٠٬٠٠٠", "٢٬١٥٠", "٢٬٤٠٠", "١٬٩٨٠", "٣٬٠٥٠"],
    ],
    name="المؤشرات",
    is_from_right=True,
)

_MONTHS = ("ene-22", "feb-22", "mar-22", "abr-22", "may-22", "jun-22")
SPANISH_BLOCKS = Page(
    [
        ["Cooperativa Social La Huerta – Seguimiento mensual"],
        ["Nota: los datos de junio son provisionales. Responsable: área de formación."],
        [],
        ["1. Personas atendidas"],
        ["Centro", *_MONTHS],
        ["Getafe", 34, 41, 38, 29, 44, 40],
        ["Leganés", 22, 25, 19, 24, 27, 30],
        ["Parla", 18, 17, 21, 16, 20, "19*"],
        [],
        ["2. Horas de formación"],
        ["Centro", *_MONTHS],
        ["Getafe", 120, 140, 132, 110, 150, 128],
        ["Leganés", 80, 96, 72, 88, 100, 104],
        ["Parla", 60, 64, 70, 58, 72, "-"],
        [],
        ["* Dato provisional"],
        ["Fuente: registro interno de la cooperativa"],
    ],
    name="Seguimiento",
)

FRENCH_TEXT_NUMBERS = Page(
    [
        ["Association Les Ateliers du Cœur – tableau de suivi"],
        ["Indicateur", "1er trim. 2023", "2e trim. 2023", "3e trim. 2023", "4e trim. 2023"],
        ["Bénéficiaires par sexe"],
        ["Femmes", "1\u202f204", "1\u202f310", "1\u202f285", "1\u202f402"],
        ["Hommes", "986", "1\u202f015", "998", "1\u202f077"],
        ["Bénéficiaires par âge"],
        ["Moins de 18 ans", "310", "355", "341", "402"],
        ["18-59 ans", "1\u202f540", "1\u202f622", "1\u202f598", "1\u202f701"],
        ["60 ans et plus", "340", "348", "344", "376"],
        ["Taux d'insertion (%)", "42,5", "43,1", "44,0", "45,7"],
    ],
    name="Suivi 2023",
    bold=["A3", "A6"],
    indented=["A4", "A5", "A7", "A8", "A9"],
)

PORTUGUESE_TWO_LANGUAGES = Page(
    [
        [
            *("Indicator", "Unit", "1st semester 2022", "2nd semester 2022"),
            *("1st semester 2023", "2nd semester 2023", "Remarks"),
        ],
        [
            *("Indicador", "Unidade", "1.º semestre 2022", "2.º semestre 2022"),
            *("1.º semestre 2023", "2.º semestre 2023", "Observações"),
        ],
        ["Jovens em formação", "n.º", 45, 52, 61, 58],
        ["Empregos criados", "n.º", 12, 9, 15, 17, "inclui part-time"],
        ["Microcréditos concedidos", "n.º", 6, 8, 7, 11],
        ["Montante de microcrédito", "€", 12500, 18200.5, 15000, 23100],
    ],
    name="Indicadores",
    hidden_columns=["C", "D"],
)

LOGFRAME = Page(
    [
        ["Logical Framework Matrix – MED-SOLIDAR"],
        [
            *("Result chain", "Indicator", "Baseline 2020", "Target 2024", "Current value 2023"),
            *("Source and means of verification", "Assumptions"),
        ],
        [
            *("Outcome 1: Youth and women find work", "Youth employed after training"),
            *(0, 600, 412, "Project records", "Labour market open"),
        ],
        [None, "Women-led start-ups", 3, 60, 38, "Business register"],
        ["Output 1.1: Trainings delivered", "Persons trained", 0, 1200, 978, "Attendance sheets"],
        [None, "Training courses", 0, 40, 31, "Course reports"],
    ],
    name="Logframe",
)

LONG_LIST = Page(
    [
        ["Indicator", "Location", "Period", "Type", "Value", "Unit"],
        ["Women in cooperatives", "Sidi Bouzid", 2021, "Baseline", 20, "persons"],
        ["Women in cooperatives", "Sidi Bouzid", 2021, "Target", 50, "persons"],
        ["Women in cooperatives", "Sidi Bouzid", 2021, "Actual", 44, "persons"],
        ["Women in cooperatives", "Sidi Bouzid", 2022, "Target", 55, "persons"],
        ["Women in cooperatives", "Sidi Bouzid", 2022, "Actual", 49, "persons"],
        ["Land under agroecology", "Kasserine", 2021, "Baseline", 100, "ha"],
        ["Land under agroecology", "Kasserine", 2021, "Target", 130, "ha"],
        ["Land under agroecology", "Kasserine", 2021, "Actual", 124.5, "ha"],
        ["Land under agroecology", "Kasserine", 2022, "Target", 135, "ha"],
        ["Land under agroecology", "Kasserine", 2022, "Actual", 129, "ha"],
    ]
)

SIDE_BY_SIDE = Page(
    [
        ["Jobs created", None, None, None, "Training hours"],
        ["Region", "2022", "2023", None, "Region", "2022", "2023"],
        ["North", 12, 15, None, "North", 340, 410],
        ["South", 9, 14, None, "South", 280, 305],
        ["West", 5, 8, None, "West", 150, 190],
    ],
    name="Results",
)

TOTALS_ABOVE = Page(
    [
        ["TOTAL", None, None, None, 1850, 1544],
        ["Organisation", "Governorate", "District", "Sector", "Targeted 2022", "Reached 2022"],
        ["OXFAM", "Aden", "Al Mansura", "WASH", 500, 430],
        ["CARE", "Aden", "Crater", "Food Security", 350, 300],
        ["NRC", "Lahj", "Tuban", "Shelter", 400, 389],
        ["DRC", "Lahj", "Al Hawtah", "Protection", 600, 425],
    ],
    name="5W",
)

FOOTNOTED_YEARS = Page(
    [
        ["Table 1. Employment rate by region (%)"],
        ["Region", "2019", "2020(b)", "2021*", "2022(p)", "2023 (e)"],
        ["Attica", 56.1, 54.9, 57.2, 59.8, 61.0],
        ["Crete", 55.0, 50.1, 54.3, 58.2, 60.4],
        ["Epirus", 49.8, 48.7, 50.2, 52.9, 54.1],
        ["(b) break in series; (p) provisional; (e) estimate"],
        ["* New survey design"],
    ],
    name="Table 1",
)

PERIODS_DOWN = Page(
    [
        ["Year", "Quarter", "Persons trained", "Jobs created", "Average income (EUR)"],
        [2021, "Q1", 45, 3, 610.5],
        [None, "Q2", 52, 4, 622],
        [None, "Q3", 38, 2, 615.25],
        [None, "Q4", 61, 7, 640],
        [2022, "Q1", 66, 5, 651],
        [None, "Q2", 70, 9, 660.5],
        [None, "Q3", 49, 6, 648],
        [None, "Q4", 80, 11, 672],
    ]
)

YEARS_OVER_QUARTERS = Page(
    [
        ["Indicator", "Sex", 2022, None, None, None, 2023, None, None, None],
        [None, None, *2 * ["Q1", "Q2", "Q3", "Q4"]],
        ["Trainees", "F", 20, 22, 25, 27, 30, 31, 33, 36],
        [None, "M", 18, 17, 20, 22, 24, 26, 27, 30],
        ["Jobs", "F", 3, 4, 2, 5, 6, 5, 7, 8],
        [None, "M", 2, 5, 3, 4, 4, 6, 6, 7],
    ],
    merged=["C1:F1", "G1:J1", "A3:A4", "A5:A6"],
)

OBJECTIVES = Page(
    [
        ["Indicator", "Unit", "2021", "2022", "2023"],
        ["Objective 1: Decent work for youth and women"],
        ["Jobs created", "jobs", 12, 18, 25],
        ["Internships", "persons", 30, 34, 41],
        ["Objective 2: Circular economy"],
        ["Repair cafés held", "events", 6, 8, 11],
        ["Textiles collected", "kg", 850, 1020, 1310],
    ],
    name="Plan",
    merged=["A2:E2", "A5:E5"],
    bold=["A2", "A5"],
)

FROM_C7 = Page(
    [
        ["Indicator", "Sex", "2021", "2022", "2023"],
        ["People receiving cash assistance", "Female", 1200, 1350, 1410],
        ["People receiving cash assistance", "Male", 1100, 1190, 1275],
        ["People in training", "Female", 40, 61, 95],
        ["People in training", "Male", 38, 60, 90],
    ],
    name="Report",
    at=(7, 3),
    beside={
        "B2": "[LOGO]  Partners of the programme",
        "B3": "Monitoring report",
        "G4": "Version 3, 12/02/2024",
        "C13": "Prepared by the M&E unit",
    },
)

OF_WHICH = Page(
    [
        ["Indicator", "2021", "2022", "2023"],
        ["Registered members", 340, 372, 401],
        ["   of which women", 190, 211, 230],
        ["Jobs created", 22, 25, 31],
        ["   of which women", 12, 15, 18],
    ]
)

RUSSIAN_QUARTERS = Page(
    [
        ["Отчёт о выполнении показателей за 2023 год"],
        ["№", "Показатель", "Ед. изм.", "I кв. 2023", None, "II кв. 2023", None],
        [None, None, None, "план", "факт", "план", "факт"],
        [1, "Количество обученных женщин", "чел.", 50, 47, 60, 63],
        [2, "Создано рабочих мест", "ед.", 10, 8, 12, 13],
        [3, "Уровень занятости", "%", "61,5", "60,8", "62,0", "61,9"],
    ],
    name="Отчет",
    merged=["D2:E2", "F2:G2"],
)

MONTHS_AS_DAYS = Page(
    [
        ["KPI", "Measure", date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1)],
        ["New members", "Target", 20, 22, 24],
        [None, "Actual", 18, 25, 21],
        ["Events held", "Target", 3, 3, 4],
        [None, "Actual", 2, 3, 5],
    ],
    name="KPI",
)

FACTS_ABOVE = Page(
    [
        ["Indicator:", "Participation of youth in training"],
        ["Unit:", "persons"],
        ["Source:", "Labour force survey"],
        [],
        ["Year", "Total", "Women", "Men"],
        [2019, 1250, 610, 640],
        [2020, 980, 470, 510],
        [2021, 1105, 560, 545],
    ],
    name="4.4.1",
)

SUBTOTALS = Page(
    [
        ["Région", "Commune", "2021", "2022", "2023"],
        ["Nord", "Lille", 120, 130, 141],
        [None, "Roubaix", 80, 85, 88],
        [None, "Sous-total Nord", 200, 215, 229],
        ["Sud", "Marseille", 210, 220, 232],
        [None, "Toulon", 60, 66, 71],
        [None, "Sous-total Sud", 270, 286, 303],
    ],
    name="Effectifs",
)

SOMETIMES_BY_SEX = Page(
    [
        ["Indicator", "Sex", "2022", "2023"],
        ["People receiving cash assistance", "Female", 1350, 1410],
        ["People receiving cash assistance", "Male", 1190, 1275],
        ["Schools rehabilitated", None, 6, 9],
    ]
)

GREEK_QUARTERS_DOWN = Page(
    [
        ["Έτος", "Τρίμηνο", "Δήμος", "Δείκτης", "Φύλο", "Τιμή"],
        [2023, "Α'", "Χανιά", "Άνεργοι σε κατάρτιση", "Γυναίκες", 34],
        [2023, "Α'", "Χανιά", "Άνεργοι σε κατάρτιση", "Άνδρες", 28],
        [2023, "Β'", "Χανιά", "Άνεργοι σε κατάρτιση", "Γυναίκες", 41],
        [2023, "Β'", "Ρέθυμνο", "Άνεργοι σε κατάρτιση", "Άνδρες", 19],
    ],
    name="Στοιχεία",
)

EMPTY_FORM = Page(
    [
        ["Matriz de seguimiento de indicadores – plantilla"],
        ["Organización:"],
        ["Periodo reportado:"],
        [],
        ["Indicador", "Unidad", "Línea base", "Meta", "T1 2024", "T2 2024", "T3 2024", "T4 2024"],
        ["Nº de personas formadas", "personas"],
        ["Nº de empleos creados", "empleos"],
    ],
    name="Plantilla",
)

NAMES = Page(
    [
        ["Organisation", "City", "Theme"],
        ["Coop Alpha", "Sevilla", "Recycling"],
        ["Asociación Beta", "Setúbal", "Training"],
        ["Gamma KoinSEp", "Chania", "Tourism"],
        ["Delta", "Gabès", "Farming"],
        ["Epsilon", "Irbid", "Crafts"],
    ],
    name="Members",
)

PROSE = Page(
    [
        ["Narrative report – first period"],
        [],
        ["Between January and June 2023 the partners trained 120 young people in 3 cities."],
        ["The main difficulty was the late arrival of the second instalment, on 12 May 2023."],
        ["In the next period we will open 4 new incubators."],
    ],
    name="Narrative",
)

NOTHING = Page([], name="Sheet1")

"""The page of a card: its tables and words, and nothing that a name could smuggle in."""

from ecg_anomaly.evaluation.report.card_page import render_card
from ecg_anomaly.evaluation.report.card_tables import draw_table

CARD = "\n\n".join(
    [
        "# A detector",
        "Not a medical device.",
        draw_table(["by", "", "AUC"], [["lead", "II <script>x</script>", "0.9"]]),
        draw_table(["class", "beats"], [["V", "7"]]),
        draw_table(["protocol", "detector", "AUC"], [["cohort", "rule_a", "0.8"]]),
        "## Limits",
        "- no children",
    ]
)


def test_tables_headings_and_lists_are_those_of_a_page():
    page = render_card(CARD)
    assert "<title>A detector</title>" in page
    for said in ("<h1>A detector</h1>", "<h2>Limits</h2>", "<li>no children</li>", "<td>7</td>"):
        assert said in page, said
    assert page.count('class="wide"') == 1
    assert page.count('class="wide groups"') == 2  # whose second column is text
    assert page.count("</table>\n</div>") == 3


def test_it_needs_nothing_else_and_obeys_no_html_of_the_card():
    page = render_card(CARD)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.split("</style>")[1]

"""Pictures that stand in a page."""

from matplotlib.figure import Figure

from softknee.display.standalone import svg


def test_coordinates_are_short_and_labels_whole():
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], [2.3012, 2.3047])
    axes.set_yticks([2.3012, 2.3047], ["2.3012", "2.3047"])
    drawn = svg(figure, "test", "a line")
    assert ">2.3012</text>" in drawn
    assert 'd="M' in drawn
    assert not any(len(word.partition(".")[2]) > 2 for word in drawn.partition('d="M')[2].partition('"')[0].split())


def test_no_reference_leads_out_of_the_page():
    drawn = svg(Figure(), "test", "nothing")
    assert "http" not in drawn
    assert drawn.startswith('<svg role="img" aria-label="nothing"')

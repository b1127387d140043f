"""A page's frame is rendered once; what differs is escaped as the template would."""

from markupsafe import Markup, escape

from sync.server.frames import Frames


def test_a_frame_is_rendered_once_and_filled_each_time():
    frames, asked = Frames(), []

    def render(parts):
        asked.append(parts)
        shown = "".join(f"<p>{escape(parts[name])}</p>" for name in ("number", "answer"))
        return f"<h1>{'found' if parts['answer'] else 'form'}</h1>{shown}"

    def fill(**parts):
        return frames.filled("zh", parts, render)

    assert fill(number="<1>", answer="") == "<h1>form</h1><p>&lt;1&gt;</p><p></p>"
    assert fill(number="2", answer="") == "<h1>form</h1><p>2</p><p></p>"
    assert len(asked) == 1
    html = Markup("<b>ok</b>")
    assert fill(number="", answer=html) == "<h1>found</h1><p></p><p><b>ok</b></p>"
    assert frames.filled("en", {"number": "3", "answer": ""}, render).endswith("<p>3</p><p></p>")
    assert len(asked) == 3

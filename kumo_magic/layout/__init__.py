"""Tables with links, rows with edges → where their boxes, circles and lines stand. Pure numbers: draws nothing."""

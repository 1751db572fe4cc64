# The edition's charts as a ggplot2 user draws them, from the plain values of the content.
colours <- c(us = "#2f5d8a", cn = "#b3392f", ore = "#8a6a2f", gold = "#b58900", ctx = "#777777", ink = "#222222")
theme_set(theme_minimal(base_size = 9))

# A column of a list of records; NULL becomes NA.
column <- function(records, ...) {
  sapply(records, function(record) {
    value <- record
    for (name in c(...)) value <- value[[name]]
    if (is.null(value)) NA else value
  })
}
days <- function(records, ...) as.Date(column(records, ...))

draw <- function(chart) {
  switch(chart$type,
    ColumnChart = draw_columns(chart),
    LineChart = draw_line(chart),
    StepChart = draw_steps(chart),
    TimelineChart = draw_timeline(chart),
    SegmentChart = draw_segments(chart),
    DumbbellChart = draw_dumbbells(chart)
  )
}

draw_columns <- function(chart) {
  bars <- data.frame(
    day = days(chart$bars, "period", "start"), months = column(chart$bars, "period", "months"),
    value = column(chart$bars, "value"), role = column(chart$bars, "role")
  )
  bars <- bars[!is.na(bars$value), ]
  plot <- ggplot(bars, aes(day + 15 * months, value / months, fill = role != "before")) +
    geom_col(aes(width = 25 * months), show.legend = FALSE) +
    scale_fill_manual(values = c("TRUE" = colours[[chart$hue]], "FALSE" = "#c9c2b4")) +
    labs(x = NULL, y = chart$unit)
  for (event in chart$events) {
    plot <- plot + geom_vline(xintercept = as.Date(event$day), linewidth = 0.3) +
      annotate("text", as.Date(event$day), Inf, label = event$label, size = 2.4, vjust = 1)
  }
  plot
}

draw_line <- function(chart) {
  points <- data.frame(day = days(chart$points, "period", "start"), value = column(chart$points, "value"))
  points <- points[!is.na(points$value), ]
  plot <- ggplot(points, aes(day, value)) +
    geom_line(colour = colours[[chart$hue]]) +
    geom_text(data = tail(points, 1), label = chart$label, hjust = 0, size = 2.8) +
    labs(x = NULL, y = chart$unit)
  if (chart$zero_line) plot <- plot + geom_hline(yintercept = 0, linewidth = 0.3)
  plot
}

draw_steps <- function(chart) {
  lines <- do.call(rbind, lapply(chart$lines, function(line) {
    deadline <- as.Date(chart$deadline$day)
    level <- tail(column(line$steps, "value"), 1)
    data.frame(
      name = line$name,
      day = c(days(line$steps, "day"), deadline, as.Date(chart$end)),
      value = c(column(line$steps, "value"), if (is.null(line$outlook)) c(level, level) else rep(line$outlook, 2)),
      label = c(column(line$steps, "label"), line$outlook_label, "")
    )
  }))
  ggplot(lines, aes(day, value, colour = name)) +
    bands(chart) +
    geom_step() +
    geom_text(aes(label = label), size = 2.6, vjust = -0.4, show.legend = FALSE) +
    scale_colour_manual(values = unname(colours[c("cn", "us")])) +
    labs(x = NULL, y = chart$unit, colour = NULL)
}

draw_timeline <- function(chart) {
  events <- data.frame(
    day = days(chart$events, "day"), hue = column(chart$events, "hue"),
    scheduled = column(chart$events, "scheduled"),
    words = paste(column(chart$events, "date_label"), column(chart$events, "label"), sep = "\n")
  )
  events$height <- rep(c(-1, 1, -2, 2), length.out = nrow(events))
  ggplot(events, aes(day, 0)) +
    bands(chart) +
    geom_hline(yintercept = 0, linewidth = 0.3) +
    geom_segment(aes(xend = day, yend = height), linewidth = 0.2) +
    geom_point(aes(colour = hue, shape = scheduled), show.legend = FALSE) +
    geom_text(aes(y = height, label = words), size = 2) +
    scale_colour_manual(values = colours) + scale_shape_manual(values = c("TRUE" = 1, "FALSE" = 16)) +
    ylim(-3, 3) + labs(x = NULL, y = NULL)
}

bands <- function(chart) {
  lapply(chart$bands, function(band) {
    annotate("rect",
      xmin = as.Date(band$start), xmax = as.Date(band$end), ymin = -Inf, ymax = Inf, fill = "#efe9dc"
    )
  })
}

draw_segments <- function(chart) {
  rows <- do.call(rbind, lapply(chart$rows, function(row) {
    data.frame(
      year = row$label, total = row$total_label, role = row$role,
      label = column(row$segments, "label"), value = column(row$segments, "value")
    )
  }))
  ggplot(rows, aes(value, year, group = year, fill = role == "current")) +
    geom_col(colour = "white", position = position_stack(reverse = TRUE), show.legend = FALSE) +
    geom_text(aes(label = label), position = position_stack(reverse = TRUE, vjust = 0.5), size = 2.4) +
    scale_fill_manual(values = c("TRUE" = colours[[chart$hue]], "FALSE" = "#c9c2b4")) +
    labs(x = chart$unit, y = NULL)
}

draw_dumbbells <- function(chart) {
  rows <- data.frame(
    label = column(chart$rows, "label"), before = column(chart$rows, "before"),
    now = column(chart$rows, "now"), change = column(chart$rows, "change_label")
  )
  ggplot(rows, aes(y = label)) +
    geom_segment(aes(x = before, xend = now, yend = label), colour = "#c9c2b4") +
    geom_point(aes(before), colour = "#c9c2b4") +
    geom_point(aes(now), colour = colours[[chart$hue]]) +
    geom_text(aes(now, label = change), hjust = -0.2, size = 2.4) +
    labs(x = chart$unit, y = NULL)
}

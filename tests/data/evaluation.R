# What the evaluation must equal: R's own output, from base R alone, on the invented data beside this file.
#
#   cd tests/data && Rscript evaluation.R > evaluation_expected.csv
#
# Each line of the result names the data, the figure, its value to twelve digits and the call that gave it.
# `make test` reads the result; it does not need R.

options(warn = -1)  # pt() doubts its last digits far out in the tail, where the root is not

score <- function(name) {
  d <- read.csv(paste0("evaluation_", name, ".csv"), skip = 1)
  d <- d[complete.cases(d[c("awal", "akhir")]), ]
  data.frame(y = d$akhir, x = d$awal, c = d$awal - mean(d$awal), p = as.numeric(d$kelompok == "program"),
             school = if (is.null(d$sekolah)) NA else d$sekolah)
}

d <- most <- m0 <- m <- mi <- e <- n1 <- n0 <- df <- y1 <- y0 <- x1 <- x0 <- sp <- dd <- J <- NULL
prepare <- function(name, most) {
  d <<- score(name); most <<- most
  m0 <<- lm(y ~ c, d); m <<- lm(y ~ c + p, d); mi <<- lm(y ~ c * p, d); e <<- residuals(m)
  n1 <<- sum(d$p == 1); n0 <<- sum(d$p == 0); df <<- n1 + n0 - 2
  y1 <<- d$y[d$p == 1]; y0 <<- d$y[d$p == 0]; x1 <<- d$x[d$p == 1]; x0 <<- d$x[d$p == 0]
  sp <<- sqrt(((n1 - 1) * var(y1) + (n0 - 1) * var(y0)) / df)
  dd <<- (mean(y1) - mean(y0)) / sp
  J <<- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
}

hc3 <- function(m) {
  X <- model.matrix(m); B <- solve(crossprod(X))
  B %*% crossprod(X * (residuals(m) / (1 - hatvalues(m)))) %*% B
}
ncp <- function(level) {
  t <- dd / sqrt(1 / n1 + 1 / n0)
  uniroot(function(k) pt(t, df, k) - level, t + c(-9, 9), tol = 1e-13)$root
}

# CR2 and its degrees of freedom as Bell and McCaffrey define them, with whole matrices and base R's svd.
cr2 <- function(m, school) {
  X <- model.matrix(m); B <- solve(crossprod(X)); I <- diag(nrow(X))
  H <- X %*% B %*% t(X); w <- B[which(colnames(X) == "p"), ]
  V <- 0; P <- NULL
  for (s in unique(school)) {
    g <- which(school == s); S <- svd((I - H)[g, g, drop = FALSE])
    k <- S$d > 1e-10; A <- S$u[, k, drop = FALSE] %*% diag(1 / sqrt(S$d[k]), sum(k)) %*% t(S$v[, k, drop = FALSE])
    a <- A %*% X[g, , drop = FALSE] %*% w
    V <- V + sum(a * residuals(m)[g])^2; P <- cbind(P, (I - H)[, g, drop = FALSE] %*% a)
  }
  G <- crossprod(P); c(se = sqrt(V), df = sum(diag(G))^2 / sum(G^2))
}

icc <- function(e, school, p) {
  cell <- factor(paste(p, school)); a <- anova(lm(e ~ cell)); n <- table(cell)
  k <- (sum(n) - sum(n^2) / sum(n)) / (length(n) - 1)
  (a$`Mean Sq`[1] - a$`Mean Sq`[2]) / (a$`Mean Sq`[1] + (k - 1) * a$`Mean Sq`[2])
}

everywhere <- c(
  n_programme = "n1", n_comparison = "n0",
  mean_before_programme = "mean(x1)", sd_before_programme = "sd(x1)", mean_after_programme = "mean(y1)",
  sd_after_programme = "sd(y1)", mean_before_comparison = "mean(x0)", mean_after_comparison = "mean(y0)",
  ancova_f = "anova(m0, m)$F[2]", ancova_df2 = "anova(m0, m)$Res.Df[2]", ancova_p = "anova(m0, m)$`Pr(>F)`[2]",
  partial_eta_squared = "anova(m0, m)$`Sum of Sq`[2] / (anova(m0, m)$`Sum of Sq`[2] + deviance(m))",
  difference = "coef(m)[['p']]", difference_se = "coef(summary(m))['p', 'Std. Error']",
  difference_low = "confint(m)['p', 1]", difference_high = "confint(m)['p', 2]",
  slope = "coef(m)[['c']]", slope_p = "coef(summary(m))['c', 'Pr(>|t|)']",
  adjusted_programme = "predict(m, data.frame(c = 0, p = 1))",
  adjusted_programme_low = "predict(m, data.frame(c = 0, p = 1), interval = 'confidence')[, 'lwr']",
  adjusted_programme_high = "predict(m, data.frame(c = 0, p = 1), interval = 'confidence')[, 'upr']",
  adjusted_comparison = "predict(m, data.frame(c = 0, p = 0))",
  adjusted_comparison_low = "predict(m, data.frame(c = 0, p = 0), interval = 'confidence')[, 'lwr']",
  slopes_f = "anova(m, mi)$F[2]", slopes_df2 = "anova(m, mi)$Res.Df[2]", slopes_p = "anova(m, mi)$`Pr(>F)`[2]",
  brown_forsythe_f = "anova(lm(abs(e - ave(e, d$p, FUN = median)) ~ d$p))$`F value`[1]",
  brown_forsythe_p = "anova(lm(abs(e - ave(e, d$p, FUN = median)) ~ d$p))$`Pr(>F)`[1]",
  bartlett_k = "bartlett.test(e, d$p)$statistic", bartlett_p = "bartlett.test(e, d$p)$p.value",
  shapiro_w = "shapiro.test(e)$statistic", shapiro_p = "shapiro.test(e)$p.value",
  hc3_se = "sqrt(diag(hc3(m)))[['p']]",
  hc3_p = "2 * pt(-abs(coef(m)[['p']] / sqrt(diag(hc3(m)))[['p']]), df.residual(m))",
  quade_f = "anova(lm(residuals(lm(rank(d$y) ~ rank(d$x))) ~ d$p))$`F value`[1]",
  quade_p = "anova(lm(residuals(lm(rank(d$y) ~ rank(d$x))) ~ d$p))$`Pr(>F)`[1]",
  cohens_d = "dd", hedges_g = "J * dd", hedges_g_low = "J * ncp(0.975) * sqrt(1 / n1 + 1 / n0)",
  hedges_g_high = "J * ncp(0.025) * sqrt(1 / n1 + 1 / n0)", adjusted_g = "J * coef(m)[['p']] / sp",
  gain_of_means_programme = "(mean(y1) - mean(x1)) / (most - mean(x1))",
  gain_of_people_programme = "mean(((y1 - x1) / (most - x1))[x1 < most])",
  gain_of_means_comparison = "(mean(y0) - mean(x0)) / (most - mean(x0))",
  percent_programme = "100 * (mean(y1) / mean(x1) - 1)", percent_comparison = "100 * (mean(y0) / mean(x0) - 1)"
)
by_start <- c(
  hc3_at_mean = "coef(mi)[['p']]", hc3_at_mean_se = "sqrt(diag(hc3(mi)))[['p']]",
  hc3_below = "coef(mi)[['p']] - sd(d$x) * coef(mi)[['c:p']]",
  hc3_below_se = "sqrt(c(0, 0, 1, -sd(d$x)) %*% hc3(mi) %*% c(0, 0, 1, -sd(d$x)))",
  hc3_above_se = "sqrt(c(0, 0, 1, sd(d$x)) %*% hc3(mi) %*% c(0, 0, 1, sd(d$x)))"
)
by_school <- c(
  schools_programme = "length(unique(d$school[d$p == 1]))", schools_comparison = "length(unique(d$school[d$p == 0]))",
  cr2_se = "cr2(m, d$school)[['se']]", cr2_df = "cr2(m, d$school)[['df']]",
  cr2_p = "2 * pt(-abs(coef(m)[['p']] / cr2(m, d$school)[['se']]), cr2(m, d$school)[['df']])",
  cr2_low = "coef(m)[['p']] - qt(0.975, cr2(m, d$school)[['df']]) * cr2(m, d$school)[['se']]",
  alike = "icc(e, d$school, d$p)"
)
published <- c(
  p_of_f = "pf(15.86, 1, 117, lower.tail = FALSE)", eta_of_f = "15.86 / (15.86 + 117)",
  likert_gain = "(4.36 - 3.12) / (5 - 3.12)"
)

write <- function(data, calls) for (name in names(calls)) {
  value <- as.numeric(eval(parse(text = calls[[name]])))
  cat(data, name, sprintf("%.12g", value), paste0('"', calls[[name]], '"'), sep = ","); cat("\n")
}

cat("data,figure,value,call\n")
prepare("rubric", 100); write("rubric", everywhere)
prepare("questionnaire", 5); write("questionnaire", everywhere)
prepare("uneven", 100); write("uneven", c(everywhere, by_start))
prepare("skewed", 100); write("skewed", everywhere)
prepare("schools", 100); write("schools", c(everywhere, by_school))
write("published", published)
cat("made,by,NA,", paste0('"', R.version.string, '"'), "\n", sep = "")

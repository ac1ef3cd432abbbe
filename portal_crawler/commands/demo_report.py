def write_report(layout, results, out):
    print(results)

"""What people use today, each as plain as its documentation begins, over one flat table of the same customers."""
